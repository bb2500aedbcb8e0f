#if defined(__x86_64__)
#include "kernels.h"

#include <immintrin.h>
#include <stdatomic.h>
#include <string.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)

// Sums and blurs along a row come from kernels/permuted_*.h.
#define CPIXELS_PERMUTES
#include "kernels/all.h"

#pragma clang attribute pop

const CPixelsKernels cpixels_kernels_avx512 = KERNELS;
#endif
