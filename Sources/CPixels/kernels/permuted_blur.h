// The blur along a row for a processor that picks any 16 of 32 floats in one instruction. Neighbours on one side come
// from registers, those on the other from memory, where nearly every load crosses two cache lines. Sharing the work
// between both is faster than either alone.

enum { permuted_radius = 16 };

// target[i] = sum over k of kernel[k] * pixels[i + k - radius] for `width` times 16 pixels, folded because the kernel
// is symmetric. There are `radius` more pixels before them and 16 after them.
static inline __attribute__((always_inline)) void blur_permuted_strip(
  const float *pixels, const float *kernel, int radius, int width, float *target) {
  const __m512i places = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  __m512 row[5], sums[4];
  for (int w = 0; w < width + 1; w++) row[w] = _mm512_loadu_ps(pixels + 16 * w);
  for (int w = 0; w < width; w++) sums[w] = _mm512_mul_ps(row[w], _mm512_set1_ps(kernel[radius]));
  for (int k = 0; k < radius; k++) {
    const __m512i behind = _mm512_add_epi32(places, _mm512_set1_epi32(radius - k));
    const __m512 weight = _mm512_set1_ps(kernel[k]);
    for (int w = 0; w < width; w++) {
      const __m512 left = _mm512_loadu_ps(pixels + 16 * w + k - radius);
      const __m512 right = _mm512_permutex2var_ps(row[w], behind, row[w + 1]);
      sums[w] = _mm512_add_ps(sums[w], _mm512_mul_ps(_mm512_add_ps(left, right), weight));
    }
  }
  for (int w = 0; w < width; w++) _mm512_storeu_ps(target + 16 * w, sums[w]);
}

// Blurs a row of at least 16 pixels, with 16 more before and after it; radius up to permuted_radius.
static void blur_permuted(const float *pixels, const float *kernel, int radius, int count, float *target) {
  int i = 0;
  for (; i + 64 <= count; i += 64) blur_permuted_strip(pixels + i, kernel, radius, 4, target + i);
  for (; i + 32 <= count; i += 32) blur_permuted_strip(pixels + i, kernel, radius, 2, target + i);
  for (; i + 16 <= count; i += 16) blur_permuted_strip(pixels + i, kernel, radius, 1, target + i);
  if (i < count) blur_permuted_strip(pixels + count - 16, kernel, radius, 1, target + count - 16);
}
