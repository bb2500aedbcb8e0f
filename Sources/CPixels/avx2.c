#if defined(__x86_64__)
#include "kernels.h"

#include <stdatomic.h>
#include <string.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#include "kernels/all.h"

#pragma clang attribute pop

const CPixelsKernels cpixels_kernels_avx2 = KERNELS;
#endif
