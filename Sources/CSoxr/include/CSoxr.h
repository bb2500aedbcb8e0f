// Sound at another rate, over libsoxr, in builds that found this library.
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct csoxr_resampler csoxr_resampler;

/// Whether this build has libsoxr.
bool csoxr_is_present(void);

/// A resampler of one channel from one rate to another, in samples a second, at libsoxr's high quality; it works on one thread.
///
/// Returns NULL, or a message that lives as long as the program.
const char *csoxr_open(double from, double to, csoxr_resampler **result);
void csoxr_close(csoxr_resampler *resampler);

/// Takes the next samples and gives those that are ready.
///
/// - input: NULL at the end, and again until nothing is given any more.
/// - taken, given: how many samples of `input` were used, and how many were written to `output`, at most `capacity`.
const char *csoxr_process(
  csoxr_resampler *resampler, const float *input, size_t count, float *output, size_t capacity, size_t *taken,
  size_t *given);
