// The instructions that every processor of the architecture has.
#include "plan.h"

#include <math.h>

#pragma clang fp contract(off)
#define KERNEL cspectra_portable
#include "frames.h"
