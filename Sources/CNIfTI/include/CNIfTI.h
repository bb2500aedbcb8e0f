// NIfTI volumes (NIfTI-1 and NIfTI-2 in one file, plain or compressed by gzip) as pictures: one for each axial slice.
//
// The voxel axis that is nearest to the patient's long axis is cut into slices. A slice has the patient's right on its left
// and the front at the top, as DICOM shows it; without an affine map the axes stay as they are stored. Values are float32
// with the slope and intercept of the file; what is no finite number is NaN. RGB is uint8. Volumes of a time series follow
// each other; each of them is a plane of its own.
#pragma once
#include <CCodec.h>

#ifdef __cplusplus
extern "C" {
#endif

const CCodec *cnifti_codec(void);

/// Whether the file begins like a NIfTI file after gzip is undone. Does not change or close the descriptor.
int cnifti_is_compressed(int descriptor);

#ifdef __cplusplus
}
#endif
