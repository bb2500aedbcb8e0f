#include "header.h"

#include <math.h>
#include <string.h>

// Places of the fields in both versions of the header.
typedef struct {
  size_t dims, type, spacings, start, slope, qform, quaternion, offset, rows;
  int is_wide;
} Places;

static const Places first_version = {40, 70, 76, 108, 112, 252, 256, 268, 280, 0};
static const Places second_version = {16, 12, 104, 168, 176, 344, 352, 376, 400, 1};

static uint64_t word(const uint8_t *bytes, size_t count, int is_swapped) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; i++) value |= (uint64_t)bytes[i] << 8 * (is_swapped ? count - 1 - i : i);
  return value;
}

static double real(const uint8_t *bytes, int is_wide, int is_swapped) {
  if (is_wide) {
    const uint64_t bits = word(bytes, 8, is_swapped);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
  }
  const uint32_t bits = (uint32_t)word(bytes, 4, is_swapped);
  float value;
  memcpy(&value, &bits, sizeof value);
  return (double)value;
}

static int64_t whole(const uint8_t *bytes, size_t count, int is_swapped) {
  const uint64_t value = word(bytes, count, is_swapped), sign = 1ull << (8 * count - 1);
  return (int64_t)((value ^ sign) - sign);
}

int cnifti_number(int32_t type) {
  switch (type) {
  case 2: case 512: case 768: case 1280: return ccodec_unsigned;
  case 4: case 8: case 256: case 1024: return ccodec_signed;
  case 16: case 64: return ccodec_floating;
  default: return -1;
  }
}

static size_t voxel_bytes(int32_t type) {
  switch (type) {
  case 2: case 256: return 1;
  case 4: case 512: return 2;
  case cnifti_rgb: return 3;
  case 8: case 16: case 768: case cnifti_rgba: return 4;
  case 64: case 1024: case 1280: return 8;
  default: return 0;
  }
}

// The map from voxels to millimetres to the right, to the front and up: `map[i][j]` for axis i of the patient and j of the
// voxels, and the place of the first voxel.
static int read_map(const uint8_t *bytes, const Places *at, int swapped, double map[3][3], double origin[3]) {
  const size_t real_bytes = at->is_wide ? 8 : 4, code_bytes = at->is_wide ? 4 : 2;
  if (whole(bytes + at->qform + code_bytes, code_bytes, swapped) > 0) {
    for (size_t i = 0; i < 3; i++) {
      for (size_t j = 0; j < 3; j++)
        map[i][j] = real(bytes + at->rows + (4 * i + j) * real_bytes, at->is_wide, swapped);
      origin[i] = real(bytes + at->rows + (4 * i + 3) * real_bytes, at->is_wide, swapped);
    }
    return 1;
  }
  if (whole(bytes + at->qform, code_bytes, swapped) <= 0) return 0;
  double q[4] = {0}, spacing[4];
  for (size_t i = 0; i < 3; i++) q[i + 1] = real(bytes + at->quaternion + i * real_bytes, at->is_wide, swapped);
  for (size_t i = 0; i < 4; i++) spacing[i] = real(bytes + at->spacings + i * real_bytes, at->is_wide, swapped);
  const double rest = 1 - q[1] * q[1] - q[2] * q[2] - q[3] * q[3];
  if (!(rest > -1e-3)) return 0;
  q[0] = sqrt(fmax(rest, 0));
  const double a = q[0], b = q[1], c = q[2], d = q[3];
  const double turn[3][3] = {{a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c)},
                             {2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b)},
                             {2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c}};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < 3; j++) map[i][j] = turn[i][j] * spacing[j + 1] * (j == 2 && spacing[0] < 0 ? -1 : 1);
    origin[i] = real(bytes + at->offset + i * real_bytes, at->is_wide, swapped);
  }
  return 1;
}

// Without a map that makes sense the axes stay as they are.
static void orient(CNIfTIHeader *header, int has_map, double map[3][3], const double origin[3]) {
  header->across = 0;
  header->down = 1;
  header->through = 2;
  header->step = 1;
  double lengths[3];
  for (int j = 0; has_map && j < 3; j++) {
    lengths[j] = sqrt(map[0][j] * map[0][j] + map[1][j] * map[1][j] + map[2][j] * map[2][j]);
    has_map = isfinite(lengths[j]) && lengths[j] > 0 && isfinite(origin[j]);
  }
  if (!has_map) return;
  int through = 0;
  for (int j = 1; j < 3; j++)
    if (fabs(map[2][j]) / lengths[j] > fabs(map[2][through]) / lengths[through] + 1e-6) through = j;
  const int one = through == 0 ? 1 : 0, other = through == 2 ? 1 : 2;
  const int is_first = fabs(map[0][one]) / lengths[one] >= fabs(map[0][other]) / lengths[other];
  header->through = through;
  header->across = is_first ? one : other;
  header->down = is_first ? other : one;
  // Columns go to the patient's left, and rows to the back.
  header->is_mirrored[0] = map[0][header->across] > 0;
  header->is_mirrored[1] = map[1][header->down] > 0;
  header->step = map[2][through] != 0 ? map[2][through] : lengths[through];
  header->first = origin[2];
}

const char *cnifti_read_header(const uint8_t *bytes, size_t count, CNIfTIHeader *header) {
  memset(header, 0, sizeof *header);
  if (count < 348) return "is cut off";
  const uint32_t size = (uint32_t)word(bytes, 4, 0), other = (uint32_t)word(bytes, 4, 1);
  header->is_swapped = other == 348 || other == 540;
  const int is_second = size == 540 || other == 540;
  const Places *at = is_second ? &second_version : &first_version;
  const int swapped = header->is_swapped;
  if (memcmp(bytes + (is_second ? 4 : 344), is_second ? "n+2" : "n+1", 4) != 0)
    return "is a header whose values are in a file of their own; give both in one .nii file";
  if (is_second && count < 540) return "is cut off";
  const size_t side_bytes = is_second ? 8 : 2, real_bytes = is_second ? 8 : 4;
  int64_t dims[8];
  for (size_t i = 0; i < 8; i++) dims[i] = whole(bytes + at->dims + side_bytes * i, side_bytes, swapped);
  if (dims[0] < 2 || dims[0] > 7) return "says no number of dimensions from 2 to 7";
  for (int64_t i = dims[0] + 1; i < 8; i++) dims[i] = 1;
  header->volumes = 1;
  for (int i = 1; i < 8; i++) {
    if (dims[i] < 1 || dims[i] > 65535) return "has a side of no voxels, or of too many";
    if (i < 4) header->sides[i - 1] = dims[i];
    if (i > 3 && __builtin_mul_overflow(header->volumes, dims[i], &header->volumes)) return "has too many volumes";
  }
  header->type = (int32_t)whole(bytes + at->type, 2, swapped);
  header->bytes = voxel_bytes(header->type);
  if (!header->bytes) return "holds numbers of a type that is not read, such as complex ones";
  const double start = is_second ? (double)whole(bytes + at->start, 8, swapped) : real(bytes + at->start, 0, swapped);
  if (!(start >= 0 && start < 1e12)) return "says no place where its values begin";
  header->start = (int64_t)start;
  if (header->start < (is_second ? 540 : 348)) header->start = is_second ? 544 : 352;
  header->slope = real(bytes + at->slope, is_second, swapped);
  header->intercept = real(bytes + at->slope + real_bytes, is_second, swapped);
  if (!isfinite(header->slope) || header->slope == 0 || !isfinite(header->intercept)) {
    header->slope = 1;
    header->intercept = 0;
  }
  double map[3][3], origin[3];
  const int has_map = dims[0] > 2 && read_map(bytes, at, swapped, map, origin);
  orient(header, has_map, map, origin);
  return NULL;
}
