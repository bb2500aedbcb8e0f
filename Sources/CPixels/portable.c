// The instructions that every processor of the architecture has: SSE2 on x86-64, NEON on Arm.
#include "kernels.h"

#include <stdatomic.h>
#include <string.h>

#pragma clang fp contract(off)

#include "kernels/all.h"

const CPixelsKernels cpixels_kernels_portable = KERNELS;
