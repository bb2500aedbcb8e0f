// The kernels, once for each set of instructions: portable.c, avx2.c and avx512.c each compile the files of kernels/
// for one set and end in a table of them; dispatch.c chooses one as the program runs.
//
// Results are the same to the bit whatever the set: products are never fused with sums, every sum has one order, and
// nothing is approximated by an instruction that only some processors have.
#pragma once
#include "CPixels.h"

typedef struct {
  void (*resample)(const void *, CPixelsSample, size_t, int, CPixelsAxis, CPixelsAxis, CPixelsFilter, void *, float *);
  void (*colour)(float *, int, size_t, const CPixelsColour *, int, const CPixelsNormalisation *, float *);
  void (*blur)(float *, int, int, int, const float *, int, void *);
  void (*affine)(const float *, int, int, int, const float *, float, float *);
  void (*noise)(float *, size_t, float, uint64_t);
} CPixelsKernels;

extern const CPixelsKernels cpixels_kernels_portable;
#if defined(__x86_64__)
extern const CPixelsKernels cpixels_kernels_avx2, cpixels_kernels_avx512;
#endif
