// The interface of every picture codec, and the code that codecs share.
//
// No call prints anything, ends the program, or lets a library's longjmp escape: each returns 0, or -1 with a sentence
// in `message`. Only one thread may use a reader at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { ccodec_uint8, ccodec_uint16, ccodec_float32 } CCodecSample;

typedef struct {
  uint32_t width, height;  // as stored, before any orientation is undone; below 2^31
  int32_t channels;        // after decoding: 1 (grey), 3 (RGB), or another number that the file has, to ccodec_channels
  CCodecSample sample;     // after decoding
  int32_t orientation;     // from the header, an EXIF number 1...8; the data of `exif` take precedence
  int32_t has_more_pages;  // only the first is read
  int32_t has_boxes;       // `decode_box` can decode parts of the picture
  uint32_t frames;         // how many pictures `select` can choose from; 0 for formats without it
} CCodecHeader;

enum { ccodec_burned_in = 1, ccodec_ultrasound = 2, ccodec_captured = 4 };

/// One picture of a file that may hold several, and what the file says of it beside its pixels. Identifiers are hashes, so
/// that none leaves the codec; 0 if the file has none.
typedef struct {
  uint64_t patient, study, series;
  uint64_t person;      // what two files of one patient have in common beside their identifier
  uint64_t plane;       // pictures of one series in parallel planes
  double position;      // in mm along the normal of the plane; NaN if it is not known
  double number;        // the order that the file says, without a position; NaN if it says none
  int32_t is_inverted;  // low values are white
  int32_t is_absolute;  // values are Hounsfield units
  int32_t flags;        // ccodec_burned_in: texts may be in the pixels; an ultrasound; a picture of a screen
  int32_t bits;         // that a value has in the file
  char modality[20];    // capital letters alone: "CT"; empty if it is not known
} CCodecFrame;

enum { ccodec_channels = 16 };

typedef struct {
  uint32_t left, top, width, height;
} CCodecBox;

/// A codec. The function that returns it gives NULL in a build without its library.
typedef struct {
  /// Reads everything before the pixels. Always takes over the file descriptor, even on failure.
  int (*open)(int descriptor, void **reader, CCodecHeader *header, char *message, size_t capacity);

  /// Decodes to ceil(height / reduction) rows of ceil(width / reduction) interleaved pixels of native-endian samples;
  /// `reduction` is a power of two up to `most_reduction`. Unless the codec says otherwise, each sample is the mean of
  /// a box of reduction x reduction pixels (smaller at the right and lower edge), rounded for integer samples. Missing
  /// and damaged data are errors; after a success, every sample was written. A reader decodes once.
  int (*decode)(void *reader, unsigned reduction, void *samples, size_t byte_count, char *message, size_t capacity);

  /// The TIFF block of the Exif data read so far; after the decode, from anywhere in the file. NULL if there are none
  /// (any more). The block is valid until the reader decodes or closes. The function is NULL for formats without Exif
  /// data.
  const uint8_t *(*exif)(void *reader, size_t *length);

  void (*close)(void *reader);
  unsigned most_reduction;

  /// Decodes only the pixels inside `box`, which is given in pixels of the decoded picture and must be within it. They
  /// are the pixels of the whole picture, in less time, because the file is not read to its end. Damage beyond the box
  /// goes unnoticed, so this is for files that were decoded whole before. The box is widened to the columns that the
  /// rows of `samples` then have; the pixels beside those asked for may differ from the whole picture's. `byte_count`
  /// is the room in `samples`, at least enough for the whole picture.
  int (*decode_box)(void *reader, unsigned reduction, CCodecBox *box, void *samples, size_t byte_count,
                    char *message, size_t capacity);

  /// Chooses the picture to decode, from 0, and describes it. NULL for formats of one picture. Without a call it is the
  /// first.
  int (*select)(void *reader, uint32_t frame, CCodecFrame *description, char *message, size_t capacity);
} CCodec;

size_t ccodec_sample_bytes(CCodecSample sample);

/// Copies `reason` into `message` and returns -1.
int ccodec_fail(const char *reason, char *message, size_t capacity);

// MARK: rows.c

/// Where rows go: the target of a decode, of which a row may hold only some channels, and the sums of its boxes.
typedef struct {
  CCodecSample sample;
  uint32_t width, height;    // of the stored picture
  int32_t channels;          // of a row
  int32_t target_channels;   // of the target
  unsigned reduction;
  void *target;
  double *sums;              // NULL without reduction
} CCodecRows;

/// Prepares for the rows of a picture. Each row holds all channels, or fewer if `channels` is lowered afterwards.
/// Returns NULL, or what is wrong: no memory, or a target of another size. Call ccodec_rows_end in either case.
const char *ccodec_rows_begin(
  CCodecRows *rows, const CCodecHeader *header, unsigned reduction, void *target, size_t byte_count);
void ccodec_rows_end(CCodecRows *rows);

/// Takes row `y`; rows come in order from 0. Their first channel goes to channel `first` of the target.
void ccodec_rows_add(CCodecRows *rows, uint32_t y, int32_t first, const void *row);

/// Lays transparent pixels over white, in place. A pixel has `stored` samples, the last of them alpha; if
/// `is_associated`, the others were multiplied by alpha already. uint8 and uint16 only.
void ccodec_over_white(CCodecSample sample, void *row, uint32_t width, int32_t stored, int32_t is_associated);

/// CMYK to RGB without a colour profile, in place or not; 0 is no ink, or full ink if `is_inverted`. uint8 and uint16.
void ccodec_cmyk_to_rgb(CCodecSample sample, const void *cmyk, void *rgb, uint32_t width, int32_t is_inverted);

// MARK: numbers.c

typedef enum { ccodec_unsigned, ccodec_signed, ccodec_floating } CCodecNumber;

/// Whether ccodec_to_floats converts such numbers: integers of 1, 2, 4 and 8 bytes, floating-point of 2, 4 and 8.
int ccodec_is_number(CCodecNumber kind, size_t bytes);

/// `count` native-endian numbers of `bytes` bytes each, rounded to float32.
void ccodec_to_floats(CCodecNumber kind, size_t bytes, const void *numbers, float *target, size_t count);

// MARK: file.c

/// Reads `count` bytes from `offset` on; -1 unless the file has all of them.
int ccodec_read(int descriptor, uint64_t offset, void *bytes, size_t count);

/// Size of the file in bytes; 0 if it is not known.
uint64_t ccodec_file_size(int descriptor);

#ifdef __cplusplus
}
#endif
