#include "CCodec.h"

#include <math.h>
#include <string.h>

// IEEE 754 binary16: 1 sign, 5 exponent and 10 mantissa bits.
static float from_half(uint16_t half) {
  const int exponent = half >> 10 & 31, mantissa = half & 1023;
  float value;
  if (exponent == 31)
    value = mantissa ? NAN : INFINITY;
  else
    value = exponent ? ldexpf((float)(mantissa | 1024), exponent - 25) : ldexpf((float)mantissa, -24);
  return half >> 15 ? -value : value;
}

// Values beyond the range of float32 become infinite: in C, the conversion of such a double is undefined.
static float from_double(double value) {
  if (value > 3.4028234663852886e38) return INFINITY;
  if (value < -3.4028234663852886e38) return -INFINITY;
  return (float)value;
}

int ccodec_is_number(CCodecNumber kind, size_t bytes) {
  return bytes == 2 || bytes == 4 || bytes == 8 || (bytes == 1 && kind != ccodec_floating);
}

#define CONVERT(Number, expression)                                                                                    \
  for (size_t i = 0; i < count; i++) {                                                                                 \
    Number value;                                                                                                      \
    memcpy(&value, source + sizeof value * i, sizeof value);                                                           \
    target[i] = expression;                                                                                            \
  }                                                                                                                    \
  return;

void ccodec_to_floats(CCodecNumber kind, size_t bytes, const void *numbers, float *target, size_t count) {
  const uint8_t *source = numbers;
  switch (10 * (int)bytes + (int)kind) {
  case 10 + ccodec_unsigned: CONVERT(uint8_t, (float)value)
  case 20 + ccodec_unsigned: CONVERT(uint16_t, (float)value)
  case 40 + ccodec_unsigned: CONVERT(uint32_t, (float)value)
  case 80 + ccodec_unsigned: CONVERT(uint64_t, (float)value)
  case 10 + ccodec_signed: CONVERT(int8_t, (float)value)
  case 20 + ccodec_signed: CONVERT(int16_t, (float)value)
  case 40 + ccodec_signed: CONVERT(int32_t, (float)value)
  case 80 + ccodec_signed: CONVERT(int64_t, (float)value)
  case 20 + ccodec_floating: CONVERT(uint16_t, from_half(value))
  case 40 + ccodec_floating: CONVERT(float, value)
  case 80 + ccodec_floating: CONVERT(double, from_double(value))
  }
}
