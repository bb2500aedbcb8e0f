// The finaliser "lowbias32", found by C. Wellons' search: maps 32 bits to 32 well-mixed bits, and vectorises.
static inline uint32_t mix(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  return x ^ (x >> 16);
}

// Box and Muller (1958): two independent normal numbers from two uniform ones. The sine and cosine of an angle in -pi
// ... pi are those of a quarter of it, at most pi/4, doubled twice. The square root is the builtin because sqrtf may
// set errno, which would keep the loop from being vectorised.
static inline void add_pair(float *first, float *second, uint32_t index, float sigma, uint32_t low, uint32_t high) {
  const uint32_t a = mix(mix(index * 2 + low) + high), b = mix(mix(index * 2 + 1 + low) + high);
  const float uniform = ((float)(int32_t)(a >> 8) + 0.5f) * 0x1p-24f;
  const float angle = (float)((int32_t)(b >> 8) - (1 << 23)) * (0x1p-23f * 0.785398163f);
  const float t = angle * angle;
  float sine = angle * (1 + t * (-1.0f / 6 + t * (1.0f / 120 + t * (-1.0f / 5040))));
  float cosine = 1 + t * (-1.0f / 2 + t * (1.0f / 24 + t * (-1.0f / 720 + t * (1.0f / 40320))));
  for (int doubling = 0; doubling < 2; doubling++) {
    const float next = 2 * sine * cosine;
    cosine = 1 - 2 * sine * sine;
    sine = next;
  }
  const float radius = sigma * __builtin_elementwise_sqrt(-2 * log_of(uniform));
  *first += radius * cosine;
  *second += radius * sine;
}

static void noise(float *image, size_t count, float sigma, uint64_t seed) {
  const uint32_t low = (uint32_t)seed, high = (uint32_t)(seed >> 32), pairs = (uint32_t)(count / 2);
  float *restrict first = image, *restrict second = image + pairs;
  for (uint32_t i = 0; i < pairs; i++) add_pair(first + i, second + i, i, sigma, low, high);
  float spare = 0;
  if (count % 2) add_pair(image + count - 1, &spare, pairs, sigma, low, high);
}
