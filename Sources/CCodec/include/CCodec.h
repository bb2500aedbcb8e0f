// What every codec of pictures is to the rest of Swiftlet, and what codecs share.
//
// No call lets a library's longjmp leave it, prints anything, or ends the program: each returns 0, or -1 with a
// sentence in `message`. A reader belongs to one thread at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef enum { ccodec_uint8, ccodec_uint16, ccodec_float32 } CCodecSample;

typedef struct {
  uint32_t width, height;  // as stored, before any orientation is undone; below 2^31
  int32_t channels;        // of the decoded samples: 1 (grey), 3 (RGB), or what else the file has, up to ccodec_channels
  CCodecSample sample;     // of the decoded samples
  int32_t orientation;     // by the file itself, as EXIF counts them, 1...8; `exif` may know better
  int32_t has_more_pages;  // only the first is read
  int32_t has_boxes;       // `decode_box` may be asked for parts of the picture
} CCodecHeader;

enum { ccodec_channels = 16 };

typedef struct {
  uint32_t left, top, width, height;
} CCodecBox;

/// A codec; where a build lacks one, the function that gives it returns NULL.
typedef struct {
  /// Reads what precedes the pixels. Takes the file descriptor over in every case, also on failure.
  int (*open)(int descriptor, void **reader, CCodecHeader *header, char *message, size_t capacity);

  /// Decodes to ceil(height / reduction) rows of ceil(width / reduction) interleaved pixels of native-endian samples;
  /// `reduction` is a power of two up to `most_reduction`. Each sample is the mean of a box of reduction x reduction
  /// pixels (smaller at the right and lower edge), rounded if it is whole, except where the codec says otherwise.
  /// Missing and damaged data are errors; without one, every sample was written. A reader decodes once.
  int (*decode)(void *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity);

  /// The TIFF block of the Exif data read so far (after the decode: wherever they stand in the file), NULL where there
  /// are none (any more); valid until the reader decodes or closes. NULL where the format has no such thing.
  const uint8_t *(*exif)(void *reader, size_t *length);

  void (*close)(void *reader);
  unsigned most_reduction;

  /// Decodes only what lies inside `box`, in pixels of the decoded picture and within it: the same pixels in less time,
  /// as the file is not read to its end. Damage beyond the box goes unnoticed, so this is for files that were decoded once.
  /// The box is widened to the columns that rows of `samples` then have; pixels beside those asked for may be others than
  /// in the whole picture. `byte_count` is what `samples` has room for, enough in any case for the whole picture.
  int (*decode_box)(void *reader, unsigned reduction, CCodecBox *box, void *samples, size_t byte_count,
                    char *message, size_t capacity);
} CCodec;

size_t ccodec_sample_bytes(CCodecSample sample);

/// Copies `reason` into `message` and returns -1.
int ccodec_fail(const char *reason, char *message, size_t capacity);

// MARK: rows.c

/// Where rows go: the target of a decode, of which they may be but some channels, and the sums of its boxes.
typedef struct {
  CCodecSample sample;
  uint32_t width, height;    // of the stored picture
  int32_t channels;          // of a row
  int32_t target_channels;   // of the target
  unsigned reduction;
  void *target;
  double *sums;              // NULL where nothing is reduced
} CCodecRows;

/// Prepares for the rows of a picture, all channels in each (fewer where `channels` is lowered afterwards). NULL, or what
/// is wrong: no memory, or a target of another size. ccodec_rows_end follows in either case.
const char *ccodec_rows_begin(
  CCodecRows *rows, const CCodecHeader *header, unsigned reduction, void *target, size_t byte_count);
void ccodec_rows_end(CCodecRows *rows);

/// Takes row `y`, the rows coming in order from 0; its first channel goes to channel `first` of the target.
void ccodec_rows_add(CCodecRows *rows, uint32_t y, int32_t first, const void *row);

/// Lays transparent pixels over white, in place: `stored` samples a pixel, the last of them alpha. `is_associated`: the
/// others were multiplied by it already. uint8 and uint16 only.
void ccodec_over_white(CCodecSample sample, void *row, uint32_t width, int32_t stored, int32_t is_associated);

/// CMYK to RGB without a colour profile, in place or not; 0 is no ink, or all of it if `is_inverted`. uint8 and uint16.
void ccodec_cmyk_to_rgb(CCodecSample sample, const void *cmyk, void *rgb, uint32_t width, int32_t is_inverted);

// MARK: numbers.c

typedef enum { ccodec_unsigned, ccodec_signed, ccodec_floating } CCodecNumber;

/// Whether ccodec_to_floats takes such numbers: whole ones of 1, 2, 4 and 8 bytes, floating ones of 2, 4 and 8.
int ccodec_is_number(CCodecNumber kind, size_t bytes);

/// `count` native-endian numbers of `bytes` bytes each, rounded to float32.
void ccodec_to_floats(CCodecNumber kind, size_t bytes, const void *numbers, float *target, size_t count);

// MARK: file.c

/// Reads `count` bytes from `offset` on; -1 unless all of them are there.
int ccodec_read(int descriptor, uint64_t offset, void *bytes, size_t count);

/// Of the file in bytes; 0 where it cannot be told.
uint64_t ccodec_file_size(int descriptor);
