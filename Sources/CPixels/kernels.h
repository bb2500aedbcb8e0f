// The kernels, once for each set of instructions: portable.c, avx2.c and avx512.c each compile the files of kernels/ for
// one set and end in a table of them; dispatch.c chooses one as the program runs.
//
// Results are the same to the bit whatever the set: products are never fused with sums, every sum has one order, and
// nothing is approximated by an instruction that only some processors have.
//
// AVX-512 is not for every processor that has it. On Zen 5 views take under two thirds of AVX2's time. On Ice Lake, with
// sums as AVX2 makes them, steps of colour took 8 % less, but made the code around them slower by a fifth, and nearly every
// load as wide as a line of the cache crosses two of them. Others were not measured.
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
