// For pread, strdup and RTLD_NEXT.
#define _GNU_SOURCE

#include "CSndfile.h"

#include <stdlib.h>
#include <string.h>

void csnd_free(void *memory) { free(memory); }

// The bootstrap makes this header visible where pkg-config finds libsndfile.
#if !__has_include(<swiftlet-has-sndfile.h>)

#include <unistd.h>

bool csnd_is_present(void) { return false; }
char *csnd_open(int descriptor, csnd_file **result, csnd_header *header) {
  (void)result;
  (void)header;
  close(descriptor);
  return strdup("this build has no libsndfile");
}
void csnd_close(csnd_file *file) { (void)file; }
char *csnd_seek(csnd_file *file, uint64_t frame) {
  (void)file;
  (void)frame;
  return strdup("this build has no libsndfile");
}
size_t csnd_read(csnd_file *file, float *samples, size_t frames) {
  (void)file;
  (void)samples;
  (void)frames;
  return 0;
}

#else

#include <errno.h>
#include <sndfile.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__linux__)
#include <dlfcn.h>

// libsndfile decodes MP3 by libmpg123, which prints what it dislikes about a damaged file to standard error, for each file anew, and
// libsndfile has no way to keep it from that. This definition comes before that of the library, which it calls, and asks the
// decoder to be quiet (MPG123_ADD_FLAGS, MPG123_QUIET). What cannot be read is said by the errors of the calls below.
__attribute__((visibility("default"))) void *mpg123_new(const char *decoder, int *error);
void *mpg123_new(const char *decoder, int *error) {
  void *(*make)(const char *, int *) = (void *(*)(const char *, int *))dlsym(RTLD_NEXT, "mpg123_new");
  int (*set)(void *, int, long, double) = (int (*)(void *, int, long, double))dlsym(RTLD_NEXT, "mpg123_param");
  void *handle = make ? make(decoder, error) : NULL;
  if (handle && set) set(handle, 2, 0x20, 0);
  return handle;
}
#endif

// libsndfile reads through the functions below, so that it sees a size that does not change and never writes.
struct csnd_file {
  SNDFILE *file;
  int descriptor;
  sf_count_t size, place;
};

static sf_count_t file_size(void *data) { return ((csnd_file *)data)->size; }

static sf_count_t seek(sf_count_t offset, int origin, void *data) {
  csnd_file *file = data;
  const sf_count_t base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? file->place : file->size;
  sf_count_t place;
  if (__builtin_add_overflow(base, offset, &place) || place < 0) return -1;
  return file->place = place;
}

static sf_count_t read_bytes(void *target, sf_count_t count, void *data) {
  csnd_file *file = data;
  sf_count_t done = 0;
  while (done < count && file->place < file->size) {
    const ssize_t part = pread(file->descriptor, (char *)target + done, (size_t)(count - done), file->place);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) break;
    done += part;
    file->place += part;
  }
  return done;
}

static sf_count_t write_bytes(const void *source, sf_count_t count, void *data) {
  (void)source;
  (void)count;
  (void)data;
  return 0;
}

static sf_count_t tell(void *data) { return ((csnd_file *)data)->place; }

static uint32_t bits(int format) {
  switch (format & SF_FORMAT_SUBMASK) {
  case SF_FORMAT_PCM_S8:
  case SF_FORMAT_PCM_U8: return 8;
  case SF_FORMAT_PCM_16:
  case SF_FORMAT_ALAC_16: return 16;
  case SF_FORMAT_ALAC_20: return 20;
  case SF_FORMAT_PCM_24:
  case SF_FORMAT_ALAC_24: return 24;
  case SF_FORMAT_PCM_32:
  case SF_FORMAT_FLOAT:
  case SF_FORMAT_ALAC_32: return 32;
  case SF_FORMAT_DOUBLE: return 64;
  default: return 0;
  }
}

// libsndfile's list of formats lives as long as the program.
static const char *format_name(int format) {
  SF_FORMAT_INFO info = {.format = format & SF_FORMAT_TYPEMASK};
  return sf_command(NULL, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name ? info.name : "a sound file";
}

bool csnd_is_present(void) { return true; }

void csnd_close(csnd_file *file) {
  if (!file) return;
  if (file->file) sf_close(file->file);
  close(file->descriptor);
  free(file);
}

char *csnd_open(int descriptor, csnd_file **result, csnd_header *header) {
  csnd_file *file = calloc(1, sizeof *file);
  if (!file) {
    close(descriptor);
    return strdup("out of memory");
  }
  file->descriptor = descriptor;
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    csnd_close(file);
    return strdup(strerror(errno));
  }
  file->size = status.st_size;
  SF_VIRTUAL_IO access = {file_size, seek, read_bytes, write_bytes, tell};
  SF_INFO info = {0};
  file->file = sf_open_virtual(&access, SFM_READ, &info, file);
  if (!file->file) {
    char *message = strdup(sf_strerror(NULL));
    csnd_close(file);
    return message;
  }
  if (info.samplerate < 1 || info.channels < 1 || info.frames < 0) {
    csnd_close(file);
    return strdup("its header makes no sense");
  }
  *header = (csnd_header){.frames = info.frames == SF_COUNT_MAX ? UINT64_MAX : (uint64_t)info.frames,
                          .rate = (uint32_t)info.samplerate, .channels = (uint32_t)info.channels,
                          .bits = bits(info.format), .format = format_name(info.format)};
  *result = file;
  return NULL;
}

char *csnd_seek(csnd_file *file, uint64_t frame) {
  if (frame > INT64_MAX) return strdup("ends earlier");
  if (sf_seek(file->file, (sf_count_t)frame, SEEK_SET) != (sf_count_t)frame) return strdup(sf_strerror(file->file));
  return NULL;
}

size_t csnd_read(csnd_file *file, float *samples, size_t frames) {
  const sf_count_t count = sf_readf_float(file->file, samples, (sf_count_t)frames);
  return count > 0 ? (size_t)count : 0;
}

#endif
