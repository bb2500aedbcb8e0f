#include "kernels.h"

#include <stdatomic.h>

static const CPixelsKernels *kernels_of(CPixelsInstructions set) {
  switch (set) {
  case cpixels_portable: return &cpixels_kernels_portable;
#if defined(__x86_64__)
  case cpixels_avx2: return __builtin_cpu_supports("avx2") ? &cpixels_kernels_avx2 : NULL;
  case cpixels_avx512:
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
      ? &cpixels_kernels_avx512 : NULL;
#endif
  default: return NULL;
  }
}

// AVX-512 is slower on Ice Lake (see kernels.h). Processors with bfloat16 are newer.
static CPixelsInstructions best(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bf16") && kernels_of(cpixels_avx512)) return cpixels_avx512;
  if (kernels_of(cpixels_avx2)) return cpixels_avx2;
#endif
  return cpixels_portable;
}

static _Atomic(const CPixelsKernels *) chosen;

static const CPixelsKernels *kernels(void) {
  const CPixelsKernels *known = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (known) return known;
  // Several threads may get here at once; all find the same set.
  const CPixelsKernels *found = kernels_of(best());
  atomic_store_explicit(&chosen, found, memory_order_relaxed);
  return found;
}

CPixelsInstructions cpixels_instructions(void) {
  for (CPixelsInstructions set = cpixels_avx512; set > cpixels_portable; set--)
    if (kernels() == kernels_of(set)) return set;
  return cpixels_portable;
}

int cpixels_use(CPixelsInstructions set) {
  const CPixelsKernels *wanted = kernels_of(set);
  if (wanted) atomic_store_explicit(&chosen, wanted, memory_order_relaxed);
  return wanted != NULL;
}

void cpixels_resample(const void *source, CPixelsSample sample, size_t row_samples, int planes, CPixelsAxis across,
                      CPixelsAxis down, CPixelsFilter filter, void *scratch, float *target) {
  kernels()->resample(source, sample, row_samples, planes, across, down, filter, scratch, target);
}

void cpixels_colour(float *image, int planes, size_t count, const CPixelsColour *steps, int step_count) {
  kernels()->colour(image, planes, count, steps, step_count, NULL, NULL);
}

void cpixels_finish(float *image, int planes, size_t count, const CPixelsColour *steps, int step_count,
                    const CPixelsNormalisation *normalisation, float *target) {
  kernels()->colour(image, planes, count, steps, step_count, normalisation, target);
}

void cpixels_blur(float *image, int planes, int width, int height, const float *kernel, int radius, void *scratch) {
  kernels()->blur(image, planes, width, height, kernel, radius, scratch);
}

void cpixels_project(const float *source, int planes, int width, int height, const float inverse[9], float fill,
                     float *target) {
  kernels()->project(source, planes, width, height, inverse, fill, target);
}

void cpixels_noise(float *image, size_t count, float sigma, uint64_t seed) {
  kernels()->noise(image, count, sigma, seed);
}
