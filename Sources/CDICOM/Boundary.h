// What the C++ of this target gives its C, which makes a CCodec of it. SwiftPM makes modules of C targets, and C++ cannot use
// them.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { cdicom_uint8, cdicom_uint16, cdicom_float32 } CDICOMSample;

typedef struct {
  uint32_t width, height, frames;
  int32_t channels;
  CDICOMSample sample;
} CDICOMHeader;

enum { cdicom_burned_in = 1, cdicom_ultrasound = 2, cdicom_captured = 4 };

/// The fields of CCodecFrame.
typedef struct {
  uint64_t patient, study, series, person, plane;
  double position, number;
  int32_t is_inverted, is_absolute, flags, bits;
  char modality[20];
} CDICOMFrame;

/// Whether this build has DCMTK and OpenJPEG. Without them, the other functions do not exist.
int cdicom_is_present(void);

/// Each returns 0, or -1 with a sentence in `message`. `cdicom_open` always takes over the descriptor.
int cdicom_open(int descriptor, void **file, CDICOMHeader *header, char *message, size_t capacity);
int cdicom_describe(void *file, uint32_t frame, CDICOMFrame *description, char *message, size_t capacity);

/// The rows of a frame, height x width x channels samples; they live until the next call with the same file.
int cdicom_decode(void *file, uint32_t frame, const uint8_t **samples, size_t *byte_count, char *message, size_t capacity);
void cdicom_close(void *file);

#ifdef __cplusplus
}
#endif
