#define _POSIX_C_SOURCE 200809L  // pread
#define _FILE_OFFSET_BITS 64
#include "CCodec.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int ccodec_read(int descriptor, uint64_t offset, void *bytes, size_t count) {
  uint8_t *target = bytes;
  while (count) {
    const ssize_t part = pread(descriptor, target, count < (1u << 30) ? count : (1u << 30), (off_t)offset);
    if (part < 0 && errno == EINTR) continue;
    if (part <= 0) return -1;
    target += part;
    offset += (uint64_t)part;
    count -= (size_t)part;
  }
  return 0;
}

uint64_t ccodec_file_size(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) || status.st_size < 0 ? 0 : (uint64_t)status.st_size;
}

size_t ccodec_sample_bytes(CCodecSample sample) {
  return sample == ccodec_uint8 ? 1 : sample == ccodec_uint16 ? 2 : 4;
}

int ccodec_fail(const char *reason, char *message, size_t capacity) {
  if (capacity) snprintf(message, capacity, "%s", reason);
  return -1;
}
