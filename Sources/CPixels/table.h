// For each output sample of a resampled axis: the source samples that it is made of, and their weights.
#pragma once
#include "CPixels.h"
#include "scratch.h"

enum { cpixels_window = 32 };  // floats that AVX-512 can pick from

typedef struct {
  int *first;      // first source sample of each output sample, counted from the start of the axis
  int *taps;       // number of source samples of each output sample
  int most_taps;
  float *weights;  // `stride` for each output sample; 0 after its taps
  int stride;
} CPixelsTable;

size_t cpixels_table_bytes(CPixelsAxis axis, CPixelsFilter filter);

/// Fills `table`, which uses cpixels_table_bytes of `memory`; the weights of an output sample add up to `gain`. Returns
/// the first byte after that memory.
char *cpixels_make_table(CPixelsTable *table, CPixelsAxis axis, CPixelsFilter filter, double gain, char *memory);

/// Bytes of a row of sums, with the floats that are read beyond it.
size_t cpixels_row_bytes(CPixelsAxis across, CPixelsFilter filter, int planes);

/// Bytes that AVX-512's sums along a row need; see kernels/permuted_sums.h.
size_t cpixels_permutation_bytes(CPixelsAxis across, CPixelsFilter filter, int planes);
