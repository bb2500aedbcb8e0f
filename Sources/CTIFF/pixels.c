#if __has_include(<swiftlet-has-tiff.h>)

#include "reader.h"

#include <stdlib.h>
#include <string.h>

// Rows as libtiff delivers them: one row of all samples, or `planes` rows of one sample each.
typedef struct {
  CTIFFReader *reader;
  CCodecRows *target;
  uint32_t planes;
  size_t samples;       // in a row of a plane
  size_t row_bytes;     // of a plane, as stored
  uint8_t *band;        // [planes][rows][row_bytes]
  void *row, *plane;    // unpacked; `plane` only if there are several
} Work;

// Interleaves one row of all planes, which are `plane_bytes` apart, and passes it on.
static void finish_row(Work *work, uint32_t y, const uint8_t *bytes, size_t plane_bytes) {
  const CTIFFReader *reader = work->reader;
  // Palettes are unpacked as indices, which may be smaller than their colours.
  const size_t size = ccodec_sample_bytes(reader->header.sample);
  if (work->planes == 1) ctiff_unpack(reader, bytes, work->row, work->samples);
  for (uint32_t p = 0; work->planes > 1 && p < work->planes; p++) {
    ctiff_unpack(reader, bytes + plane_bytes * p, work->plane, work->samples);
    for (size_t x = 0; x < work->samples; x++)
      memcpy((uint8_t *)work->row + size * (work->planes * x + p), (uint8_t *)work->plane + size * x, size);
  }
  ctiff_interpret(reader, work->row);
  ccodec_rows_add(work->target, y, 0, work->row);
}

static const char *read_lines(Work *work) {
  TIFF *tiff = work->reader->tiff;
  work->band = malloc(work->row_bytes);
  if (!work->band) return "out of memory";
  for (uint32_t y = 0; y < work->reader->header.height; y++) {
    if (TIFFReadScanline(tiff, work->band, y, 0) < 0) return "its data are damaged or cut off";
    finish_row(work, y, work->band, 0);
  }
  return NULL;
}

static const char *read_strips(Work *work) {
  TIFF *tiff = work->reader->tiff;
  const uint32_t height = work->reader->header.height;
  uint32_t strip_rows = 0;
  TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &strip_rows);
  if (strip_rows < 1) return "has strips without rows";
  if (strip_rows > height) strip_rows = height;
  const size_t plane_bytes = work->row_bytes * strip_rows;
  work->band = malloc(plane_bytes * work->planes);
  if (!work->band) return "out of memory";
  for (uint32_t top = 0; top < height; top += strip_rows) {
    const uint32_t rows = height - top < strip_rows ? height - top : strip_rows;
    const size_t bytes = work->row_bytes * rows;
    for (uint32_t p = 0; p < work->planes; p++) {
      const uint32_t strip = TIFFComputeStrip(tiff, top, (uint16_t)p);
      if (TIFFReadEncodedStrip(tiff, strip, work->band + plane_bytes * p, (tmsize_t)bytes) != (tmsize_t)bytes)
        return "its data are damaged or cut off";
    }
    for (uint32_t y = 0; y < rows; y++) finish_row(work, top + y, work->band + work->row_bytes * y, plane_bytes);
    if (rows < strip_rows) break;
  }
  return NULL;
}

static const char *read_tile_row(Work *work, uint8_t *tile, size_t tile_bytes, uint32_t top, uint32_t rows,
                                 uint32_t tile_width, size_t tile_row, size_t plane_bytes) {
  TIFF *tiff = work->reader->tiff;
  for (uint32_t p = 0; p < work->planes; p++)
    for (uint32_t left = 0, column = 0; left < work->reader->header.width; left += tile_width, column++) {
      const uint32_t index = TIFFComputeTile(tiff, left, top, 0, (uint16_t)p);
      if (TIFFReadEncodedTile(tiff, index, tile, (tmsize_t)tile_bytes) != (tmsize_t)tile_bytes)
        return "its data are damaged or cut off";
      const size_t start = tile_row * column, left_over = work->row_bytes - start;
      for (uint32_t y = 0; y < rows; y++)
        memcpy(work->band + plane_bytes * p + work->row_bytes * y + start, tile + tile_row * y,
               tile_row < left_over ? tile_row : left_over);
    }
  return NULL;
}

static const char *read_tiles(Work *work) {
  TIFF *tiff = work->reader->tiff;
  const CCodecHeader *header = &work->reader->header;
  uint32_t tile_width = 0, tile_height = 0;
  TIFFGetField(tiff, TIFFTAG_TILEWIDTH, &tile_width);
  TIFFGetField(tiff, TIFFTAG_TILELENGTH, &tile_height);
  const uint64_t in_pixel = (uint64_t)work->reader->bits * (work->planes == 1 ? work->reader->stored : 1);
  const uint64_t tile_bytes = TIFFTileSize64(tiff), tile_row = TIFFTileRowSize64(tiff);
  if (!tile_width || !tile_height || tile_width > INT32_MAX || tile_height > INT32_MAX
      || in_pixel * tile_width % 8 || tile_row != in_pixel * tile_width / 8 || tile_bytes / tile_height != tile_row)
    return "has tiles of an unusual form";
  // Tiles may extend beyond the picture but not be much larger than it: a small file can ask for any size.
  const uint64_t usual = (uint64_t)64 << 20, picture = (uint64_t)work->row_bytes * header->height * 4;
  if (tile_bytes > (picture > usual ? picture : usual)) return "has tiles much larger than the picture";
  const uint32_t band_rows = tile_height < header->height ? tile_height : header->height;
  const size_t plane_bytes = work->row_bytes * band_rows;
  work->band = malloc(plane_bytes * work->planes);
  uint8_t *tile = malloc((size_t)tile_bytes);
  const char *problem = work->band && tile ? NULL : "out of memory";
  for (uint32_t top = 0; !problem && top < header->height; top += tile_height) {
    const uint32_t rows = header->height - top < tile_height ? header->height - top : tile_height;
    problem = read_tile_row(work, tile, (size_t)tile_bytes, top, rows, tile_width, (size_t)tile_row, plane_bytes);
    for (uint32_t y = 0; !problem && y < rows; y++)
      finish_row(work, top + y, work->band + work->row_bytes * y, plane_bytes);
    if (rows < tile_height) break;
  }
  free(tile);
  return problem;
}

const char *ctiff_read_pixels(CTIFFReader *reader, CCodecRows *rows) {
  const uint32_t in_row = reader->is_separate ? 1 : reader->stored;
  Work work = {.reader = reader, .target = rows, .planes = reader->is_separate ? reader->stored : 1,
               .samples = (size_t)reader->header.width * in_row};
  work.row_bytes = (work.samples * reader->bits + 7) / 8;
  // Room for the stored pixels, the delivered pixels, and palette indices of two bytes.
  const size_t size = ccodec_sample_bytes(reader->header.sample);
  const size_t widest = reader->stored > 3 ? reader->stored : 3;
  work.row = malloc(reader->header.width * widest * (size < 2 ? 2 : size));
  work.plane = malloc(work.samples * (size < 2 ? 2 : size));
  const int is_tiled = TIFFIsTiled(reader->tiff);
  const char *problem = NULL;
  if (!work.row || !work.plane)
    problem = "out of memory";
  else if (!is_tiled && (uint64_t)TIFFScanlineSize64(reader->tiff) != work.row_bytes)
    problem = "has rows of an unusual form";
  else
    problem = is_tiled ? read_tiles(&work) : reader->is_separate ? read_strips(&work) : read_lines(&work);
  free(work.band);
  free(work.row);
  free(work.plane);
  return problem;
}

#endif
