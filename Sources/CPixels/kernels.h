// The kernels, once for each set of instructions: portable.c and avx2.c each compile the files of kernels/ for one set and
// end in a table of them; dispatch.c chooses one as the program runs.
//
// Results are the same to the bit whatever the set: products are never fused with sums, every sum has one order, and
// nothing is approximated by an instruction that only some processors have.
//
// There is no table for AVX-512: on Ice Lake its steps of colour take 8 % less time, but make the AVX2 code around them,
// compiled the same, slower by a fifth, and its sums along rows are slower than AVX2's, as nearly every load as wide as a
// line of the cache crosses two of them.
#pragma once
#include "CPixels.h"

typedef struct {
  void (*resample)(const void *, CPixelsSample, size_t, int, CPixelsAxis, CPixelsAxis, CPixelsFilter, void *, float *);
  void (*colour)(float *, int, size_t, const CPixelsColour *, int, const CPixelsNormalisation *, float *);
  void (*blur)(float *, int, int, int, const float *, int, void *);
  void (*project)(const float *, int, int, int, const float *, float, float *);
  void (*noise)(float *, size_t, float, uint64_t);
} CPixelsKernels;

extern const CPixelsKernels cpixels_kernels_portable;
#if defined(__x86_64__)
extern const CPixelsKernels cpixels_kernels_avx2;
#endif
