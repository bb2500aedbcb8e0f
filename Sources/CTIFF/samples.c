#if __has_include(<swiftlet-has-tiff.h>)

#include "reader.h"

#include <string.h>

// Samples may have any number of bits; the highest bit comes first.
static unsigned next_bits(const uint8_t *bytes, size_t *at, unsigned count) {
  unsigned value = 0;
  for (unsigned i = 0; i < count; i++, ++*at) value = value << 1 | (bytes[*at / 8] >> (7 - *at % 8) & 1u);
  return value;
}

void ctiff_unpack(const CTIFFReader *reader, const uint8_t *bytes, void *row, size_t count) {
  const unsigned bits = reader->bits;
  size_t at = 0;
  if (reader->header.sample == ccodec_float32) {
    ccodec_to_floats(reader->number, bits / 8, bytes, row, count);
  } else if (bits == 8 || bits == 16) {
    memcpy(row, bytes, count * bits / 8);
  } else if (bits > 8) {
    for (size_t i = 0; i < count; i++) ((uint16_t *)row)[i] = (uint16_t)next_bits(bytes, &at, bits);
  } else {
    const unsigned most = (1u << bits) - 1, scale = reader->meaning == ctiff_palette ? most : 255;
    for (size_t i = 0; i < count; i++)
      ((uint8_t *)row)[i] = (uint8_t)((next_bits(bytes, &at, bits) * scale + most / 2) / most);
  }
}

// Runs backwards in place, because a colour takes more room than its index.
static void look_up(const CTIFFReader *reader, void *row) {
  const int is_wide = reader->header.sample == ccodec_uint16;
  for (size_t x = reader->header.width; x-- > 0;) {
    const unsigned index = reader->bits > 8 ? ((uint16_t *)row)[x] : ((uint8_t *)row)[x];
    for (int c = 0; c < 3; c++) {
      const unsigned colour = reader->colours[c][index];
      if (is_wide)
        ((uint16_t *)row)[3 * x + c] = (uint16_t)colour;
      else
        ((uint8_t *)row)[3 * x + c] = (uint8_t)(colour >> reader->palette_shift);
    }
  }
}

// Alpha, if present, is not inverted.
static void invert(const CTIFFReader *reader, void *row) {
  const unsigned most = reader->bits < 8 ? 255 : (1u << reader->bits) - 1;
  const int has_alpha = reader->meaning == ctiff_alpha || reader->meaning == ctiff_associated_alpha;
  const size_t count = (size_t)reader->header.width * reader->stored;
  for (size_t i = 0; i < count; i += 1 + (size_t)has_alpha)
    if (reader->header.sample == ccodec_uint16)
      ((uint16_t *)row)[i] = (uint16_t)(most - ((uint16_t *)row)[i]);
    else
      ((uint8_t *)row)[i] = (uint8_t)(most - ((uint8_t *)row)[i]);
}

void ctiff_interpret(const CTIFFReader *reader, void *row) {
  const CCodecSample sample = reader->header.sample;
  const uint32_t width = reader->header.width;
  if (reader->is_inverted) invert(reader, row);
  switch (reader->meaning) {
  case ctiff_plain: return;
  case ctiff_palette: return look_up(reader, row);
  case ctiff_alpha: return ccodec_over_white(sample, row, width, (int32_t)reader->stored, 0);
  case ctiff_associated_alpha: return ccodec_over_white(sample, row, width, (int32_t)reader->stored, 1);
  case ctiff_cmyk: return ccodec_cmyk_to_rgb(sample, row, row, width, 0);
  }
}

#endif
