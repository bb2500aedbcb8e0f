// Sums along a row, sixteen pixels at a time, as along.h has them: of a plane, the samples that sixteen neighbouring pixels begin with lie close
// together, so that one instruction finds them all in two registers; where they do not, each is fetched.

typedef struct {
  size_t length, row;    // of a plane: samples, and samples with what is read beyond them
  int taps;
  const int *bases;      // for sixteen pixels each: the first sample of any of them
  const int *is_narrow;  // and whether they all begin within 32 samples
  const int *places;     // for each pixel: its first sample from there
  const float *weights;  // [taps, pixels rounded up to 16]
  float *planes;
} Along;

static size_t rounded_up(int count) { return ((size_t)count + 15) & ~(size_t)15; }

static Along make_along(const CPixelsTable *table, CPixelsAxis axis, int planes, char *memory) {
  const size_t count = rounded_up(axis.count);
  int *bases = (int *)memory, *is_narrow = bases + count, *places = is_narrow + count;
  float *weights = (float *)(places + count);
  Along result = {.length = (size_t)axis.length, .row = cpixels_plane_samples(axis, table->stride),
                  .taps = table->most_taps, .bases = bases, .is_narrow = is_narrow, .places = places,
                  .weights = weights, .planes = weights + count * (size_t)table->stride};
  for (size_t x = 0; x < count; x++) {
    const size_t from = x & ~(size_t)15, last = (size_t)axis.count - 1;
    const size_t pixel = x < last ? x : last, end = from + 15 < last ? from + 15 : last;
    const int a = table->first[from], b = table->first[end];  // one of them is the least, as axes run one way
    bases[from / 16] = a < b ? a : b;
    is_narrow[from / 16] = (a < b ? b - a : a - b) < 32;
    places[x] = table->first[pixel] - bases[from / 16];
    for (int k = 0; k < table->most_taps; k++)
      weights[count * k + x] = table->weights[pixel * (size_t)table->stride + k];
  }
  memset(result.planes, 0, result.row * (size_t)planes * sizeof(float));
  return result;
}

static void part(const float *row, int planes, const Along *by) {
  float *red = by->planes, *green = red + by->row, *blue = green + by->row;
  size_t i = 0;
  if (planes == 1) {
    memcpy(red, row, by->length * sizeof *row);
    return;
  }
  for (; planes == 3 && i + 16 <= by->length; i += 16) {
    Lanes a, b, c;
    memcpy(&a, row + 3 * i, sizeof a);
    memcpy(&b, row + 3 * i + 16, sizeof b);
    memcpy(&c, row + 3 * i + 32, sizeof c);
    Lanes r = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, -1, -1, -1, -1, -1);
    Lanes g = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, -1, -1, -1, -1, -1);
    Lanes u = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, -1, -1, -1, -1, -1, -1);
    r = __builtin_shufflevector(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    g = __builtin_shufflevector(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    u = __builtin_shufflevector(u, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
    memcpy(red + i, &r, sizeof r);
    memcpy(green + i, &g, sizeof g);
    memcpy(blue + i, &u, sizeof u);
  }
  for (; i < by->length; i++)
    for (int c = 0; c < planes; c++) by->planes[by->row * (size_t)c + i] = row[(size_t)planes * i + c];
}

// The planes side by side, so that they share weights and places and wait for none of each other's sums.
static inline __attribute__((always_inline)) void sum_block(
  const Along *by, int x, size_t stride, int first, int planes, int is_narrow, Lanes sums[3]) {
  const float *samples = by->planes + by->row * (size_t)first + by->bases[x / 16];
  const __m512i places = _mm512_loadu_si512(by->places + x);
  for (int p = 0; p < planes; p++) sums[p] = _mm512_setzero_ps();
  for (int k = 0; k < by->taps; k++) {
    const __m512 weights = _mm512_loadu_ps(by->weights + stride * (size_t)k + (size_t)x);
    for (int p = 0; p < planes; p++) {
      const float *from = samples + by->row * (size_t)p + k;
      const __m512 found = is_narrow
        ? _mm512_permutex2var_ps(_mm512_loadu_ps(from), places, _mm512_loadu_ps(from + 16))
        : _mm512_i32gather_ps(places, from, 4);
      sums[p] = _mm512_add_ps(sums[p], _mm512_mul_ps(found, weights));
    }
  }
}

static inline __attribute__((always_inline)) void sum_planes(
  const Along *by, int count, int first, int planes, size_t plane, float *target) {
  const size_t stride = rounded_up(count);
  for (int x = 0; x < count; x += 16) {
    Lanes sums[3];
    if (by->is_narrow[x / 16])
      sum_block(by, x, stride, first, planes, 1, sums);
    else
      sum_block(by, x, stride, first, planes, 0, sums);
    const __mmask16 present = count - x < 16 ? (__mmask16)((1u << (count - x)) - 1) : (__mmask16)0xFFFF;
    for (int p = 0; p < planes; p++) _mm512_mask_storeu_ps(target + plane * (size_t)(first + p) + x, present, sums[p]);
  }
}

static void sum_along(const float *row, const Along *by, int count, int planes, size_t plane, float *target) {
  part(row, planes, by);
  if (planes == 3) return sum_planes(by, count, 0, 3, plane, target);
  for (int p = 0; p < planes; p++) sum_planes(by, count, p, 1, plane, target);
}
