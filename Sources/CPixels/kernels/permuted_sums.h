// Sums along a row for a processor that picks any 16 of 32 floats in one instruction: 16 pixels of the result at a
// time.
//
// Where the row is not much reduced, the source samples of 16 neighbours are within a window of 32. Where the row is up
// to three times as long as the result, they are within two windows, each for half of the 16.

typedef struct {
  int parts;             // windows for 16 pixels: 1 or 2; 0 where the source samples are too far apart
  int count, taps;
  size_t length;         // samples of the row
  size_t stride;         // floats from plane to plane of a separated row
  const int *starts;     // starts of the windows, two for each 16 pixels
  const int *picks;      // positions of the first samples of 16 pixels in their window
  const float *weights;  // `taps` times 16 for each 16 pixels
  float *separated;      // a row, plane by plane
} Permutation;

// If the length of a row is not a multiple of 16, its last 16 pixels overlap those before.
static inline int begin_of(int block, int count) { return 16 * block + 16 <= count ? 16 * block : count - 16; }

// Whether `parts` windows are enough; also sets their starts and the picks.
static int find_windows(const CPixelsTable *table, int count, int parts, int *starts, int *picks) {
  const int width = 16 / parts;
  for (int block = 0; 16 * block < count; block++)
    for (int part = 0; part < parts; part++) {
      const int begin = begin_of(block, count) + width * part;
      const int a = table->first[begin], b = table->first[begin + width - 1];  // descending where the axis is reversed
      const int start = a < b ? a : b, end = (a < b ? b : a) + table->most_taps;
      if (end - start > cpixels_window) return 0;
      starts[2 * block + part] = start;
      for (int i = 0; i < width; i++) picks[16 * block + width * part + i] = table->first[begin + i] - start;
    }
  return 1;
}

static Permutation make_permutation(
  const CPixelsTable *table, CPixelsAxis across, CPixelsFilter filter, int planes, char *memory) {
  Permutation result = {.count = across.count, .taps = table->most_taps, .length = (size_t)across.length};
  if (across.count < 16 || (planes != 1 && planes != 3)) return result;
  const size_t blocks = ((size_t)across.count + 15) / 16;
  const size_t row_bytes = cpixels_row_bytes(across, filter, 1);
  result.stride = row_bytes / sizeof(float);
  result.separated = (float *)memory;
  memory += (size_t)planes * row_bytes;
  int *picks = (int *)memory;
  memory += cpixels_round_up(16 * blocks * sizeof *picks);
  int *starts = (int *)memory;
  memory += cpixels_round_up(2 * blocks * sizeof *starts);
  float *weights = (float *)memory;
  if (find_windows(table, across.count, 1, starts, picks))
    result.parts = 1;
  else if (find_windows(table, across.count, 2, starts, picks))
    result.parts = 2;
  else
    return result;
  result.starts = starts;
  result.picks = picks;
  result.weights = weights;
  for (int block = 0; block < (int)blocks; block++) {
    const float *from = table->weights + (size_t)table->stride * (size_t)begin_of(block, across.count);
    for (int k = 0; k < result.taps; k++)
      for (int i = 0; i < 16; i++) *weights++ = from[table->stride * i + k];
  }
  // Taps of weight 0 may read beyond the end of a row.
  for (int p = 0; p < planes; p++)
    memset(result.separated + result.stride * (size_t)p + result.length, 0, row_bytes - result.length * sizeof(float));
  return result;
}

static inline __attribute__((always_inline)) void sum_blocks(
  const Permutation *by, int taps, int parts, const float *row, int planes, size_t plane, float *target) {
  for (int block = 0; 16 * block < by->count; block++) {
    const float *first = row + by->starts[2 * block], *second = parts == 2 ? row + by->starts[2 * block + 1] : first;
    const float *weights = by->weights + (size_t)16 * taps * block;
    __m512i places = _mm512_load_si512(by->picks + 16 * block);
    __m512 windows[3][4], sums[3];
    for (int p = 0; p < planes; p++) {
      for (int half = 0; half < 2; half++) {
        windows[p][half] = _mm512_loadu_ps(first + by->stride * p + 16 * half);
        windows[p][2 + half] = _mm512_loadu_ps(second + by->stride * p + 16 * half);
      }
      sums[p] = _mm512_setzero_ps();
    }
    for (int k = 0; k < taps; k++) {
      const __m512 weight = _mm512_load_ps(weights + 16 * k);
      for (int p = 0; p < planes; p++) {
        __m512 samples = _mm512_permutex2var_ps(windows[p][0], places, windows[p][1]);
        if (parts == 2)
          samples = _mm512_mask_blend_ps(
            0xFF00, samples, _mm512_permutex2var_ps(windows[p][2], places, windows[p][3]));
        sums[p] = _mm512_add_ps(sums[p], _mm512_mul_ps(samples, weight));
      }
      places = _mm512_add_epi32(places, _mm512_set1_epi32(1));
    }
    for (int p = 0; p < planes; p++) {
      const __m512 clipped = _mm512_min_ps(_mm512_max_ps(sums[p], _mm512_setzero_ps()), _mm512_set1_ps(1));
      _mm512_storeu_ps(target + plane * p + begin_of(block, by->count), clipped);
    }
  }
}

static inline __attribute__((always_inline)) void sum_parts(
  const Permutation *by, int parts, const float *row, int planes, size_t plane, float *target) {
  switch (by->taps) {
  case 2: return sum_blocks(by, 2, parts, row, planes, plane, target);
  case 3: return sum_blocks(by, 3, parts, row, planes, plane, target);
  case 4: return sum_blocks(by, 4, parts, row, planes, plane, target);
  case 5: return sum_blocks(by, 5, parts, row, planes, plane, target);
  default: return sum_blocks(by, by->taps, parts, row, planes, plane, target);
  }
}

// Separates interleaved pixels of three samples into planes, sixteen at a time.
static void separate(const float *pixels, size_t count, size_t stride, float *planes) {
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    Lanes a, b, c;
    memcpy(&a, pixels + 3 * i, sizeof a);
    memcpy(&b, pixels + 3 * i + 16, sizeof b);
    memcpy(&c, pixels + 3 * i + 32, sizeof c);
    const Lanes red = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
    const Lanes green = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
    const Lanes blue = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
    a = __builtin_shufflevector(red, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    b = __builtin_shufflevector(green, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    c = __builtin_shufflevector(blue, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
    memcpy(planes + i, &a, sizeof a);
    memcpy(planes + stride + i, &b, sizeof b);
    memcpy(planes + 2 * stride + i, &c, sizeof c);
  }
  for (; i < count; i++)
    for (size_t p = 0; p < 3; p++) planes[stride * p + i] = pixels[3 * i + p];
}

// The same as sum_along, with the same results; one or three planes.
static void sum_permuted(const Permutation *by, const float *row, int planes, size_t plane, float *target) {
  if (planes == 1) {
    if (by->parts == 1) return sum_parts(by, 1, row, 1, plane, target);
    return sum_parts(by, 2, row, 1, plane, target);
  }
  separate(row, by->length, by->stride, by->separated);
  if (by->parts == 1) return sum_parts(by, 1, by->separated, 3, plane, target);
  sum_parts(by, 2, by->separated, 3, plane, target);
}
