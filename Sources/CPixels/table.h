// Which source samples make which output sample of a resampled axis, and with what weights.
#pragma once
#include "CPixels.h"

enum { cpixels_window = 32 };  // floats that AVX-512 can pick from

typedef struct {
  int *first;      // of the source samples that make an output sample, from the axis' start
  int *taps;       // how many they are
  int most_taps;
  float *weights;  // `stride` for each output sample, 0 behind its taps
  int stride;
} CPixelsTable;

size_t cpixels_round_up(size_t bytes);  // to whole lines of the processor's cache
size_t cpixels_table_bytes(CPixelsAxis axis, CPixelsFilter filter);

/// Fills `table` in `memory`, of cpixels_table_bytes, the weights of an output sample adding up to `gain`; what comes
/// behind that memory.
char *cpixels_make_table(CPixelsTable *table, CPixelsAxis axis, CPixelsFilter filter, double gain, char *memory);

/// Of a row of sums, with what is read beyond it.
size_t cpixels_row_bytes(CPixelsAxis across, CPixelsFilter filter, int planes);

/// Of what AVX-512's sums along a row keep; see kernels/permuted_sums.h.
size_t cpixels_permutation_bytes(CPixelsAxis across, CPixelsFilter filter, int planes);

/// Floats before and behind a row that is blurred: whole lines of the cache, and at least one.
size_t cpixels_blur_margin(int radius);

/// Lines that a blur down a picture is over, mirrored ones among them; at least as many as weights.
size_t cpixels_blur_lines(int height, int radius);
