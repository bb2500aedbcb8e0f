// Bands of the spectra of short frames of sound: window, Fourier transform, weighted sums, logarithm. Eight frames are
// transformed at a time, a frame in each lane of a vector.
//
// All sets of instructions give the same bits but for `logf`, which is the C library's.
#pragma once

#include <stdbool.h>
#include <stddef.h>

/// What is the same for all frames; immutable, so that several threads may use it at once.
typedef struct cspectra_plan cspectra_plan;

/// - size: samples of a Fourier transform, a power of 2 from 32.
/// - window: `size` weights of the samples of a frame.
/// - filters: for each band, size/2 + 1 weights of the frequencies.
/// - Returns: NULL if there is no memory.
cspectra_plan *cspectra_open(size_t size, const float *window, size_t bands, const float *filters);
void cspectra_close(cspectra_plan *plan);

typedef struct {
  /// Samples from a frame to the next, at least 1.
  size_t hop;
  /// Sums of magnitudes, not of powers.
  bool takes_magnitude;
  /// The result is log(min(max(sum + offset, floor), ceiling)).
  float offset, floor, ceiling;
} cspectra_rule;

/// The bands of frames 0 ..< `frames`. Frame i is centred at sample i · hop; around the samples, they are mirrored.
///
/// - samples: `count` of them, at least 1.
/// - output: [bands, frames]
/// - Returns: false if there is no memory.
bool cspectra_bands(
  const cspectra_plan *plan, cspectra_rule rule, const float *samples, size_t count, size_t frames, float *output);
