#if defined(__x86_64__)
#include "plan.h"

#include <math.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define KERNEL cspectra_avx2
#include "frames.h"
#pragma clang attribute pop
#endif
