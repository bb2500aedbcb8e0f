#if __has_include(<swiftlet-has-tiff.h>)

#include "reader.h"

static const char *read_number(CTIFFReader *reader) {
  uint16_t format = SAMPLEFORMAT_UINT, bits = 1;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_SAMPLEFORMAT, &format);
  reader->bits = bits;
  const int is_whole = bits % 8 == 0;
  switch (format) {
  case SAMPLEFORMAT_UINT:
  case SAMPLEFORMAT_VOID:
    reader->number = ccodec_unsigned;
    reader->header.sample = bits <= 8 ? ccodec_uint8 : bits <= 16 ? ccodec_uint16 : ccodec_float32;
    if (bits >= 1 && bits <= 16) return NULL;
    break;
  case SAMPLEFORMAT_INT:
  case SAMPLEFORMAT_IEEEFP:
    reader->number = format == SAMPLEFORMAT_INT ? ccodec_signed : ccodec_floating;
    reader->header.sample = ccodec_float32;
    break;
  default: return "its samples are neither whole nor floating-point numbers";
  }
  return is_whole && ccodec_is_number(reader->number, bits / 8) ? NULL : "its samples have an unusual number of bits";
}

// Colours are stored in 16 bits. If all are 8-bit values v written as v, 256 v or 257 v, the picture has 8 bits.
static const char *read_palette(CTIFFReader *reader) {
  if (reader->stored != 1 || reader->number != ccodec_unsigned || (reader->bits > 8 && reader->bits != 16))
    return "has a palette of an unusual kind";
  uint16_t **colours = reader->colours;
  if (!TIFFGetField(reader->tiff, TIFFTAG_COLORMAP, &colours[0], &colours[1], &colours[2])) return "lacks its palette";
  int are_small = 1, are_high = 1, are_doubled = 1;
  for (int c = 0; c < 3; c++)
    for (size_t i = 0; i < (size_t)1 << reader->bits; i++) {
      const unsigned colour = colours[c][i];
      are_small &= colour < 256;
      are_high &= colour % 256 == 0;
      are_doubled &= colour % 257 == 0;
    }
  reader->meaning = ctiff_palette;
  reader->header.channels = 3;
  reader->palette_shift = !are_small && (are_high || are_doubled) ? 8 : 0;
  reader->header.sample = are_small || are_high || are_doubled ? ccodec_uint8 : ccodec_uint16;
  return NULL;
}

// Grey or RGB, `colours` samples per pixel, and the extra samples after them.
static const char *read_channels(CTIFFReader *reader, uint32_t colours) {
  uint16_t count = 0, *kinds = NULL;
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
  reader->header.channels = (int32_t)reader->stored;
  const int has_alpha = reader->stored == colours + 1 && count == 1 && kinds && kinds[0] != EXTRASAMPLE_UNSPECIFIED;
  if (!has_alpha || reader->header.sample == ccodec_float32) return NULL;
  if (reader->bits > 8 && reader->bits < 16) return "has transparent pixels of an unusual number of bits";
  reader->meaning = kinds[0] == EXTRASAMPLE_ASSOCALPHA ? ctiff_associated_alpha : ctiff_alpha;
  reader->header.channels = (int32_t)colours;
  return NULL;
}

static const char *read_colours(CTIFFReader *reader) {
  uint16_t photometric = reader->stored == 3 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK;
  uint16_t compression = COMPRESSION_NONE, ink = INKSET_CMYK;
  TIFFGetField(reader->tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_COMPRESSION, &compression);
  switch (photometric) {
  case PHOTOMETRIC_MINISWHITE:
    reader->is_inverted = reader->number == ccodec_unsigned && reader->header.sample != ccodec_float32;
    return read_channels(reader, 1);
  case PHOTOMETRIC_MINISBLACK: return read_channels(reader, 1);
  case PHOTOMETRIC_RGB: return reader->stored < 3 ? "has fewer than three colours" : read_channels(reader, 3);
  case PHOTOMETRIC_PALETTE: return read_palette(reader);
  case PHOTOMETRIC_YCBCR:
    if (compression != COMPRESSION_JPEG || reader->stored != 3 || reader->bits != 8)
      return "has YCbCr colours without JPEG compression";
    TIFFSetField(reader->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    return read_channels(reader, 3);
  case PHOTOMETRIC_SEPARATED:
    TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_INKSET, &ink);
    if (ink != INKSET_CMYK || reader->stored != 4 || (reader->bits != 8 && reader->bits != 16)
        || reader->number != ccodec_unsigned)
      return "has inks other than CMYK of 8 or 16 bits";
    reader->meaning = ctiff_cmyk;
    reader->header.channels = 3;
    return NULL;
  default: return "has colours of a kind that is not read (neither grey, RGB, CMYK nor a palette)";
  }
}

const char *ctiff_read_header(CTIFFReader *reader) {
  uint32_t width = 0, height = 0;
  uint16_t stored = 1, planar = PLANARCONFIG_CONTIG, orientation = 1;
  TIFFGetField(reader->tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(reader->tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_SAMPLESPERPIXEL, &stored);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_PLANARCONFIG, &planar);
  TIFFGetFieldDefaulted(reader->tiff, TIFFTAG_ORIENTATION, &orientation);
  if (width < 1 || height < 1 || width > INT32_MAX || height > INT32_MAX) return "has no pixels, or too many";
  if (stored < 1 || stored > ccodec_channels) return "has more than 16 channels";
  reader->stored = stored;
  reader->is_separate = planar == PLANARCONFIG_SEPARATE && stored > 1;
  reader->header.width = width;
  reader->header.height = height;
  reader->header.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
  reader->header.has_more_pages = !TIFFLastDirectory(reader->tiff);
  const char *problem = read_number(reader);
  return problem ? problem : read_colours(reader);
}

#endif
