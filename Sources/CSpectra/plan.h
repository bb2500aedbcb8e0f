#pragma once
#include "CSpectra.h"

enum { lanes = 8 };
typedef float vector __attribute__((vector_size(lanes * sizeof(float)), aligned(lanes * sizeof(float))));

struct cspectra_plan {
  size_t size;         // samples of a frame
  size_t half;         // of the complex transform that does the work
  float *window;
  size_t *reversed;    // where the elements of the complex transform begin
  float *twiddles;     // of its passes in their order, four numbers an element
  float *turns;        // cosine and sine of each frequency
  size_t bands;
  size_t *first, *end; // frequencies of each band
  float **weights;     // from the first on
};

typedef void (*cspectra_kernel)(
  const cspectra_plan *plan, cspectra_rule rule, const float *samples, size_t count, size_t first, size_t wanted,
  size_t frames, vector *scratch, float *output);

void cspectra_portable(const cspectra_plan *, cspectra_rule, const float *, size_t, size_t, size_t, size_t, vector *, float *);
#if defined(__x86_64__)
void cspectra_avx2(const cspectra_plan *, cspectra_rule, const float *, size_t, size_t, size_t, size_t, vector *, float *);
#endif
