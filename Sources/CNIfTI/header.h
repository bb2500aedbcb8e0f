// What the header of a NIfTI file says.
#pragma once
#include <CCodec.h>

typedef struct {
  int64_t sides[3];   // along the voxel axes
  int64_t volumes;
  int64_t start;      // of the values, in bytes
  int32_t type;       // the number of the standard
  size_t bytes;       // of a voxel
  int is_swapped;
  double slope, intercept;
  int across, down, through;  // the voxel axes of a slice's columns and rows, and the axis that is cut
  int is_mirrored[2];         // the columns, the rows
  double step, first;         // position of slice k: first + step k, in mm
} CNIfTIHeader;

enum { cnifti_rgb = 128, cnifti_rgba = 2304, cnifti_most_header = 540 };

/// Reads the header from the first 540 bytes of a file; shorter ones are filled up with zeros. NULL, or what is wrong.
const char *cnifti_read_header(const uint8_t *bytes, size_t count, CNIfTIHeader *header);

/// Which kind of numbers the voxels are; -1 for colours and what is not read.
int cnifti_number(int32_t type);
