// Logarithm and exponential in a form that vectorises and gives the same bits for any width of registers.

// Natural logarithm for 0 < x < 1, relative error under 1e-6 away from 1: exponent plus the series of
// log((1 + s) / (1 - s)) = 2 (s + s^3/3 + ...), with the mantissa between sqrt(1/2) and sqrt(2).
static inline float log_of(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int32_t exponent = (bits - 0x3F3504F3) >> 23;
  bits -= (int32_t)((uint32_t)exponent << 23);
  float mantissa;
  memcpy(&mantissa, &bits, sizeof mantissa);
  const float s = (mantissa - 1) / (mantissa + 1), t = s * s;
  const float series = 2 + t * (2.0f / 3 + t * (2.0f / 5 + t * (2.0f / 7 + t * (2.0f / 9))));
  return (float)exponent * 0.693147181f + s * series;
}

// 2 to the power of x for -126 <= x <= 0, relative error under 1e-7: an exponent, and the series of the exponential for
// the remainder, at most a half.
static inline float exp2_of(float x) {
  const int32_t whole = (int32_t)(x - 0.5f);  // the nearest, as x is not positive
  const float rest = (x - (float)whole) * 0.693147181f;
  const float series =
    1 + rest * (1 + rest * (1.0f / 2 + rest * (1.0f / 6 + rest * (1.0f / 24 + rest * (1.0f / 120 + rest / 720)))));
  const int32_t bits = (int32_t)((uint32_t)(whole + 127) << 23);
  float power;
  memcpy(&power, &bits, sizeof power);
  return power * series;
}
