// Sound files as floating-point samples, over libsndfile, in builds that found this library.
//
// Every call that can fail returns NULL, or a message that `csnd_free` releases. An opened file is for one thread at a time.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct csnd_file csnd_file;

typedef struct {
  /// Samples of each channel; UINT64_MAX where the file does not say.
  uint64_t frames;
  /// Samples of each channel a second, above 0.
  uint32_t rate;
  /// Above 0.
  uint32_t channels;
  /// Bits of a stored sample; 0 where samples are compressed with a loss.
  uint32_t bits;
  /// For people: "WAV (Microsoft)".
  const char *format;
} csnd_header;

/// Whether this build has libsndfile; without it every call that can fail says so.
bool csnd_is_present(void);

/// Opens a regular file and reads its header.
///
/// - descriptor: is closed by `csnd_close`, and here if the call fails.
char *csnd_open(int descriptor, csnd_file **result, csnd_header *header);
void csnd_close(csnd_file *file);

/// Goes on at a frame, counted from 0.
char *csnd_seek(csnd_file *file, uint64_t frame);

/// Reads the next frames: fewer than asked where the file ends.
///
/// - samples: room for `frames` times the channels, which follow each other in every frame. From −1 to 1, but for
///   floating-point files, whose values are given as they are.
size_t csnd_read(csnd_file *file, float *samples, size_t frames);

void csnd_free(void *memory);
