#include "CNIfTI.h"
#include "header.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

typedef struct {
  CNIfTIHeader header;
  CCodecHeader picture;
  gzFile file;
  uint32_t frame;
} CNIfTIReader;

// gzip makes a file at most about 1032 times smaller.
enum { most_compression = 1032 };
static const uint64_t most_plane = 1u << 31;

static void close_reader(void *handle) {
  CNIfTIReader *reader = handle;
  if (!reader) return;
  if (reader->file) gzclose(reader->file);
  free(reader);
}

static const char *check_size(CNIfTIReader *reader, uint64_t file_size) {
  const CNIfTIHeader *header = &reader->header;
  uint64_t count = header->bytes;
  for (int i = 0; i < 3; i++) count *= (uint64_t)header->sides[i];
  if (__builtin_mul_overflow(count, (uint64_t)header->volumes, &count) ||
      __builtin_add_overflow(count, (uint64_t)header->start, &count))
    return "says that it is larger than a file can be";
  uint64_t most = file_size;
  if (!gzdirect(reader->file) && __builtin_mul_overflow(most, (uint64_t)most_compression, &most)) most = UINT64_MAX;
  if (count > most) return "is cut off: its header says more voxels than it can hold";
  const uint64_t plane = (uint64_t)header->sides[0] * (uint64_t)header->sides[1] * header->bytes;
  if (plane > most_plane) return "has planes of more than 2 GiB";
  return (uint64_t)header->sides[header->through] * (uint64_t)header->volumes > 10000000 ? "has too many slices" : NULL;
}

static const char *read_start(CNIfTIReader *reader, uint64_t file_size) {
  uint8_t bytes[cnifti_most_header] = {0};
  const int count = gzread(reader->file, bytes, sizeof bytes);
  if (count < 0) return "is damaged: gzip cannot undo its compression";
  const char *problem = cnifti_read_header(bytes, (size_t)count, &reader->header);
  if (!problem) problem = check_size(reader, file_size);
  if (problem) return problem;
  const CNIfTIHeader *header = &reader->header;
  const int is_coloured = header->type == cnifti_rgb || header->type == cnifti_rgba;
  reader->picture = (CCodecHeader){.width = (uint32_t)header->sides[header->across],
                                   .height = (uint32_t)header->sides[header->down],
                                   .channels = is_coloured ? 3 : 1,
                                   .sample = is_coloured ? ccodec_uint8 : ccodec_float32,
                                   .orientation = 1,
                                   .frames = (uint32_t)(header->sides[header->through] * header->volumes)};
  return NULL;
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  const uint64_t size = ccodec_file_size(descriptor);
  CNIfTIReader *reader = calloc(1, sizeof *reader);
  if (reader && lseek(descriptor, 0, SEEK_SET) == 0) reader->file = gzdopen(descriptor, "rb");
  if (!reader || !reader->file) {
    close(descriptor);
    close_reader(reader);
    return ccodec_fail("out of memory", message, capacity);
  }
  const char *problem = read_start(reader, size);
  if (problem) {
    close_reader(reader);
    return ccodec_fail(problem, message, capacity);
  }
  *header = reader->picture;
  *result = reader;
  return 0;
}

static int select_frame(void *handle, uint32_t frame, CCodecFrame *description, char *message, size_t capacity) {
  CNIfTIReader *reader = handle;
  if (frame >= reader->picture.frames) return ccodec_fail("holds fewer slices than that", message, capacity);
  reader->frame = frame;
  const CNIfTIHeader *header = &reader->header;
  const uint32_t slices = (uint32_t)header->sides[header->through];
  *description = (CCodecFrame){.plane = frame / slices + 1, .number = frame,
                               .position = header->first + header->step * (double)(frame % slices),
                               .bits = (int32_t)(8 * header->bytes)};
  return 0;
}

static const char *read_plane(gzFile file, uint64_t place, uint8_t *bytes, uint64_t count) {
  if (gzseek(file, (z_off_t)place, SEEK_SET) < 0) return "is cut off, or damaged";
  while (count) {
    const unsigned part = count < (1u << 30) ? (unsigned)count : 1u << 30;
    const int read = gzread(file, bytes, part);
    if (read <= 0) return "is cut off, or damaged";
    bytes += read;
    count -= (uint64_t)read;
  }
  return NULL;
}

static void swap_bytes(uint8_t *voxels, size_t bytes, uint64_t count) {
  for (uint64_t i = 0; i < count; i++, voxels += bytes)
    for (size_t j = 0; j < bytes / 2; j++) {
      const uint8_t byte = voxels[j];
      voxels[j] = voxels[bytes - 1 - j];
      voxels[bytes - 1 - j] = byte;
    }
}

// Gathers the voxels of the chosen slice, oriented, from the planes that hold it.
static const char *gather(CNIfTIReader *reader, uint8_t *plane, uint8_t *slice) {
  const CNIfTIHeader *header = &reader->header;
  const int64_t *sides = header->sides;
  const size_t bytes = header->bytes;
  const int64_t slices = sides[header->through], chosen = reader->frame % slices, volume = reader->frame / slices;
  const uint64_t plane_bytes = (uint64_t)(sides[0] * sides[1]) * bytes;
  const int is_plane = header->through == 2;
  for (int64_t z = is_plane ? chosen : 0; z < (is_plane ? chosen + 1 : sides[2]); z++) {
    const uint64_t place = (uint64_t)header->start + (uint64_t)(volume * sides[2] + z) * plane_bytes;
    const char *problem = read_plane(reader->file, place, plane, plane_bytes);
    if (problem) return problem;
    int64_t voxel[3] = {0, 0, z};
    for (voxel[1] = 0; voxel[1] < sides[1]; voxel[1]++)
      for (voxel[0] = 0; voxel[0] < sides[0]; voxel[0]++) {
        if (voxel[header->through] != chosen) continue;
        const int64_t width = sides[header->across], height = sides[header->down];
        const int64_t x = header->is_mirrored[0] ? width - 1 - voxel[header->across] : voxel[header->across];
        const int64_t y = header->is_mirrored[1] ? height - 1 - voxel[header->down] : voxel[header->down];
        memcpy(slice + (size_t)(y * width + x) * bytes, plane + (size_t)(voxel[1] * sides[0] + voxel[0]) * bytes, bytes);
      }
  }
  return NULL;
}

static void convert(const CNIfTIReader *reader, uint8_t *slice, uint64_t count, uint8_t *samples) {
  const CNIfTIHeader *header = &reader->header;
  if (reader->picture.channels == 3) {
    for (uint64_t i = 0; i < count; i++) memcpy(samples + 3 * i, slice + header->bytes * i, 3);
    return;
  }
  if (header->is_swapped && header->bytes > 1) swap_bytes(slice, header->bytes, count);
  float *values = (float *)(void *)samples;
  ccodec_to_floats((CCodecNumber)cnifti_number(header->type), header->bytes, slice, values, count);
  for (uint64_t i = 0; i < count; i++) {
    const double value = (double)values[i] * header->slope + header->intercept;
    values[i] = fabs(value) < 3e38 ? (float)value : NAN;
  }
}

static int decode(
  void *handle, unsigned reduction, void *target, size_t byte_count, char *message, size_t capacity) {
  CNIfTIReader *reader = handle;
  const CCodecHeader *picture = &reader->picture;
  const CNIfTIHeader *header = &reader->header;
  const uint64_t count = (uint64_t)picture->width * picture->height;
  const size_t stride = (size_t)picture->width * (size_t)picture->channels * ccodec_sample_bytes(picture->sample);
  CCodecRows rows;
  const char *problem = ccodec_rows_begin(&rows, picture, reduction, target, byte_count);
  uint8_t *plane = malloc((size_t)(header->sides[0] * header->sides[1]) * header->bytes);
  uint8_t *slice = malloc(count * header->bytes), *samples = malloc(stride * picture->height);
  if (!problem && (!plane || !slice || !samples)) problem = "out of memory";
  if (!problem) problem = gather(reader, plane, slice);
  if (!problem) convert(reader, slice, count, samples);
  for (uint32_t y = 0; !problem && y < picture->height; y++) ccodec_rows_add(&rows, y, 0, samples + stride * y);
  ccodec_rows_end(&rows);
  free(plane);
  free(slice);
  free(samples);
  return problem ? ccodec_fail(problem, message, capacity) : 0;
}

const CCodec *cnifti_codec(void) {
  static const CCodec codec = {open_reader, decode, NULL, close_reader, 1u << 30, NULL, select_frame};
  return &codec;
}

int cnifti_is_compressed(int descriptor) {
  uint8_t start[2];
  if (ccodec_read(descriptor, 0, start, sizeof start) || start[0] != 0x1F || start[1] != 0x8B) return 0;
  const int copy = dup(descriptor);
  if (copy < 0 || lseek(copy, 0, SEEK_SET) != 0) return 0;
  gzFile file = gzdopen(copy, "rb");
  if (!file) {
    close(copy);
    return 0;
  }
  uint8_t bytes[348];
  const int count = gzread(file, bytes, sizeof bytes);
  gzclose(file);
  if (count < (int)sizeof bytes) return 0;
  return memcmp(bytes + 344, "n+1", 4) == 0 || memcmp(bytes + 344, "ni1", 4) == 0 || memcmp(bytes + 4, "n+2", 4) == 0;
}
