// What the files of this codec share.
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
  char message[256];         // libtiff's first complaint
  CTIFFMeaning meaning;
  CCodecNumber number;
  uint32_t bits;             // a sample
  uint32_t stored;           // samples a pixel
  int is_separate;           // planes, one after the other
  int is_inverted;           // 0 is white
  uint16_t *colours[3];      // of a palette: libtiff's own
  int palette_shift;         // from a colour to its 8 bits, 0 where they stay as they are
} CTIFFReader;

// MARK: open.c

/// Sets `tiff`, whose complaints go to `message`; -1 if there is none.
int ctiff_open_file(CTIFFReader *reader);

// MARK: header.c

/// Sets what the header says; NULL, or why the picture is not read.
const char *ctiff_read_header(CTIFFReader *reader);

// MARK: pixels.c

/// Reads all rows; NULL, or why not.
const char *ctiff_read_pixels(CTIFFReader *reader, CCodecRows *rows);

// MARK: samples.c

/// `count` samples as stored to those of the header's kind.
void ctiff_unpack(const CTIFFReader *reader, const uint8_t *bytes, void *row, size_t count);

/// One row of unpacked pixels to what the reader delivers, in place; `row` has room for three samples of two bytes a pixel.
void ctiff_interpret(const CTIFFReader *reader, void *row);
