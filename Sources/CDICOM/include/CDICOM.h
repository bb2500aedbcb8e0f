// DICOM files by DCMTK, and JPEG 2000 in them by OpenJPEG.
//
// Grey values are float32 in the unit of the file: masked to the bits stored, extended by their sign, and given the
// modality LUT, or slope and intercept. Values that stand for padding are NaN. Low values stay low: `is_inverted` says that
// they are white. Colours (RGB, YBR, palettes) become RGB of uint8, of uint16, or of float32 as stored.
#pragma once
#include <CCodec.h>

#ifdef __cplusplus
extern "C" {
#endif

/// NULL in a build without DCMTK or OpenJPEG.
const CCodec *cdicom_codec(void);

#ifdef __cplusplus
}
#endif
