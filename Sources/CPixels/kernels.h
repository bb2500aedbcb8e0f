// The kernels, compiled once for each set of instructions: portable.c, avx2.c and avx512.c each compile the files of
// kernels/ for one set and define a table of them; dispatch.c chooses a table at run time.
//
// All sets give bit-identical results: products are never fused with sums, every sum has a fixed order, and no kernel
// uses an approximate instruction that only some processors have.
//
// AVX-512 does not pay on every processor that has it. On Zen 5, views take less than two thirds of AVX2's time. On Ice
// Lake, with sums as in AVX2, colour steps took 8 % less time but slowed the code around them by a fifth, and nearly
// every load as wide as a cache line crosses two lines. Other processors were not measured.
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
extern const CPixelsKernels cpixels_kernels_avx2, cpixels_kernels_avx512;
#endif
