// Shared by the files of this codec.
#pragma once
#include "CTIFF.h"

#include <stdint.h>
#include <stdio.h>

#include <tiffio.h>

// What the samples of a file mean.
typedef enum { ctiff_plain, ctiff_palette, ctiff_alpha, ctiff_associated_alpha, ctiff_cmyk } CTIFFMeaning;

typedef struct {
  CCodecHeader header;
  TIFF *tiff;
  int descriptor;
  uint64_t offset;           // of the next read
  char message[256];         // the first message of libtiff
  CTIFFMeaning meaning;
  CCodecNumber number;
  uint32_t bits;             // per sample
  uint32_t stored;           // samples per pixel
  int is_separate;           // planes, one after the other
  int is_inverted;           // 0 is white
  uint16_t *colours[3];      // of a palette; libtiff owns them
  int palette_shift;         // bits by which a colour is shifted right to get 8 bits; 0 if it stays as it is
} CTIFFReader;

// MARK: open.c

/// Opens `tiff`, whose messages go to `message`; -1 on failure.
int ctiff_open_file(CTIFFReader *reader);

// MARK: header.c

/// Fills in the fields from the header. Returns NULL, or why the picture is not read.
const char *ctiff_read_header(CTIFFReader *reader);

// MARK: pixels.c

/// Reads all rows. Returns NULL, or what failed.
const char *ctiff_read_pixels(CTIFFReader *reader, CCodecRows *rows);

// MARK: samples.c

/// Converts `count` stored samples to the sample type of the header.
void ctiff_unpack(const CTIFFReader *reader, const uint8_t *bytes, void *row, size_t count);

/// Converts one row of unpacked pixels, in place, to the pixels that the reader delivers. `row` has room for three
/// samples of two bytes per pixel.
void ctiff_interpret(const CTIFFReader *reader, void *row);
