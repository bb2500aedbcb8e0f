#include "plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cspectra_close(cspectra_plan *plan) {
  if (!plan) return;
  for (size_t band = 0; plan->weights && band < plan->bands; band++) free(plan->weights[band]);
  free(plan->window);
  free(plan->reversed);
  free(plan->twiddles);
  free(plan->turns);
  free(plan->first);
  free(plan->end);
  free(plan->weights);
  free(plan);
}

static const double half_turn = 3.14159265358979323846;

static void fill_circle(cspectra_plan *plan) {
  const int levels = __builtin_ctzl(plan->half);
  for (size_t k = 0; k < plan->half; k++) {
    size_t reversed = 0;
    for (int bit = 0; bit < levels; bit++) reversed |= (k >> bit & 1) << (levels - 1 - bit);
    plan->reversed[k] = reversed;
  }
  float *twiddle = plan->twiddles;
  for (size_t length = levels % 2 ? 2 : 1; length < plan->half; length *= 4)
    for (size_t j = 0; j < length; j++) {
      const double angle = -half_turn * (double)j / (double)length;
      *twiddle++ = (float)cos(angle), *twiddle++ = (float)sin(angle);
      *twiddle++ = (float)cos(angle / 2), *twiddle++ = (float)sin(angle / 2);
    }
  for (size_t k = 0; k <= plan->half; k++) {
    const double angle = -half_turn * (double)k / (double)plan->half;
    plan->turns[2 * k] = (float)cos(angle), plan->turns[2 * k + 1] = (float)sin(angle);
  }
}

// Keeps of a filter the frequencies from its first weight to its last.
static bool keep_filter(cspectra_plan *plan, size_t band, const float *filter) {
  size_t first = 0, end = plan->half + 1;
  while (first < end && filter[first] == 0) first++;
  while (end > first && filter[end - 1] == 0) end--;
  plan->first[band] = first;
  plan->end[band] = end;
  plan->weights[band] = malloc((end - first + 1) * sizeof(float));
  if (!plan->weights[band]) return false;
  memcpy(plan->weights[band], filter + first, (end - first) * sizeof(float));
  return true;
}

cspectra_plan *cspectra_open(size_t size, const float *window, size_t bands, const float *filters) {
  cspectra_plan *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  plan->size = size;
  plan->half = size / 2;
  plan->bands = bands;
  plan->window = malloc(size * sizeof(float));
  plan->reversed = malloc(plan->half * sizeof(size_t));
  plan->twiddles = malloc(4 * size * sizeof(float));
  plan->turns = malloc(2 * (plan->half + 1) * sizeof(float));
  plan->first = malloc(bands * sizeof(size_t));
  plan->end = malloc(bands * sizeof(size_t));
  plan->weights = calloc(bands, sizeof(float *));
  bool is_made = plan->window && plan->reversed && plan->twiddles && plan->turns && plan->first && plan->end
    && plan->weights;
  if (is_made) {
    memcpy(plan->window, window, size * sizeof(float));
    fill_circle(plan);
  }
  for (size_t band = 0; is_made && band < bands; band++)
    is_made = keep_filter(plan, band, filters + band * (plan->half + 1));
  if (is_made) return plan;
  cspectra_close(plan);
  return NULL;
}

bool cspectra_bands(
  const cspectra_plan *plan, cspectra_rule rule, const float *samples, size_t count, size_t frames, float *output) {
  cspectra_kernel kernel = cspectra_portable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) kernel = cspectra_avx2;
#endif
  vector *scratch = aligned_alloc(sizeof(vector), (3 * plan->half + 1) * sizeof(vector));
  if (!scratch) return false;
  for (size_t first = 0; first < frames; first += lanes)
    kernel(plan, rule, samples, count, first, frames - first < lanes ? frames - first : lanes, frames, scratch, output);
  free(scratch);
  return true;
}
