#include "CSoxr.h"

// The bootstrap makes this header visible where pkg-config finds libsoxr.
#if !__has_include(<swiftlet-has-soxr.h>)

static const char missing[] = "this build has no libsoxr";

bool csoxr_is_present(void) { return false; }
const char *csoxr_open(double from, double to, csoxr_resampler **result) {
  (void)from;
  (void)to;
  (void)result;
  return missing;
}
void csoxr_close(csoxr_resampler *resampler) { (void)resampler; }
const char *csoxr_process(
  csoxr_resampler *resampler, const float *input, size_t count, float *output, size_t capacity, size_t *taken,
  size_t *given) {
  (void)resampler;
  (void)input;
  (void)count;
  (void)output;
  (void)capacity;
  (void)taken;
  (void)given;
  return missing;
}

#else

#include <soxr.h>

bool csoxr_is_present(void) { return true; }

const char *csoxr_open(double from, double to, csoxr_resampler **result) {
  const soxr_io_spec_t samples = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
  soxr_error_t error = NULL;
  soxr_t resampler = soxr_create(from, to, 1, &error, &samples, &quality, &runtime);
  if (error) return error;
  *result = (csoxr_resampler *)resampler;
  return NULL;
}

void csoxr_close(csoxr_resampler *resampler) {
  if (resampler) soxr_delete((soxr_t)resampler);
}

const char *csoxr_process(
  csoxr_resampler *resampler, const float *input, size_t count, float *output, size_t capacity, size_t *taken,
  size_t *given) {
  return soxr_process((soxr_t)resampler, input, count, taken, output, capacity, given);
}

#endif
