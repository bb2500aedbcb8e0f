// PNG files as 8-bit or 16-bit samples, over libpng.
//
// No call lets libpng's longjmp leave it, prints anything, or ends the program: each returns 0, or -1 with a sentence
// in `message`. A reader belongs to one thread at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct CPNGReader CPNGReader;

typedef struct {
  uint32_t width, height;   // as stored, before any EXIF orientation
  int32_t channels;         // of the decoded samples: 1 (grey) or 3 (RGB)
  int32_t bits_per_sample;  // of the decoded samples: 8, or 16 where the file has 16
} CPNGHeader;

/// Reads what precedes the pixels. Takes the file descriptor over in every case, also on failure.
int cpng_open(int descriptor, CPNGReader **reader, CPNGHeader *header, char *message, size_t capacity);

/// Decodes to ceil(height / reduction) rows of ceil(width / reduction) interleaved pixels of native-endian samples,
/// each the rounded mean of a box of reduction x reduction pixels (smaller at the right and lower edge).
///
/// Palettes become RGB, transparent pixels are laid over white (in the file's own encoding), fewer than 8 bits are
/// spread over 0...255. A wrong checksum anywhere and missing data are errors. A reader decodes once.
int cpng_decode(
  CPNGReader *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity);

/// The eXIf chunk read so far (after the decode: wherever it stands in the file), NULL where there is none; valid
/// until the reader closes.
const uint8_t *cpng_exif(CPNGReader *reader, size_t *length);

void cpng_close(CPNGReader *reader);
