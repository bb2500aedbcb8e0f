#include "CDICOM.h"

#include "Boundary.h"

// The bootstrap makes this header visible where pkg-config finds DCMTK and OpenJPEG.
#if !__has_include(<swiftlet-has-dicom.h>)

const CCodec *cdicom_codec(void) { return NULL; }

#else

#include <stdlib.h>
#include <string.h>

typedef struct {
  void *file;
  CCodecHeader header;
  uint32_t frame;
} CDICOMReader;

static void close_reader(void *handle) {
  CDICOMReader *reader = handle;
  if (!reader) return;
  if (reader->file) cdicom_close(reader->file);
  free(reader);
}

static CCodecSample sample(CDICOMSample sample) {
  return sample == cdicom_uint8 ? ccodec_uint8 : sample == cdicom_uint16 ? ccodec_uint16 : ccodec_float32;
}

static int open_reader(int descriptor, void **result, CCodecHeader *header, char *message, size_t capacity) {
  *result = NULL;
  CDICOMHeader found;
  void *file;
  if (cdicom_open(descriptor, &file, &found, message, capacity)) return -1;
  CDICOMReader *reader = calloc(1, sizeof *reader);
  if (!reader) {
    cdicom_close(file);
    return ccodec_fail("out of memory", message, capacity);
  }
  reader->file = file;
  reader->header = (CCodecHeader){.width = found.width, .height = found.height, .channels = found.channels,
                                  .sample = sample(found.sample), .orientation = 1, .frames = found.frames};
  *header = reader->header;
  *result = reader;
  return 0;
}

static int select_frame(void *handle, uint32_t frame, CCodecFrame *description, char *message, size_t capacity) {
  CDICOMReader *reader = handle;
  CDICOMFrame found;
  if (cdicom_describe(reader->file, frame, &found, message, capacity)) return -1;
  reader->frame = frame;
  *description = (CCodecFrame){.patient = found.patient, .study = found.study, .series = found.series,
                               .person = found.person, .plane = found.plane, .position = found.position,
                               .number = found.number, .is_inverted = found.is_inverted,
                               .is_absolute = found.is_absolute, .bits = found.bits};
  if (found.flags & cdicom_burned_in) description->flags |= ccodec_burned_in;
  if (found.flags & cdicom_ultrasound) description->flags |= ccodec_ultrasound;
  if (found.flags & cdicom_captured) description->flags |= ccodec_captured;
  memcpy(description->modality, found.modality, sizeof description->modality);
  return 0;
}

static int decode(
  void *handle, unsigned reduction, void *target, size_t byte_count, char *message, size_t capacity) {
  CDICOMReader *reader = handle;
  const CCodecHeader *header = &reader->header;
  CCodecRows rows;
  const char *problem = ccodec_rows_begin(&rows, header, reduction, target, byte_count);
  int status = problem ? ccodec_fail(problem, message, capacity) : 0;
  const uint8_t *samples = NULL;
  size_t count = 0;
  if (!status) status = cdicom_decode(reader->file, reader->frame, &samples, &count, message, capacity);
  for (uint32_t y = 0; !status && y < header->height; y++)
    ccodec_rows_add(&rows, y, 0, samples + count / header->height * y);
  ccodec_rows_end(&rows);
  return status;
}

const CCodec *cdicom_codec(void) {
  static const CCodec codec = {open_reader, decode, NULL, close_reader, 1u << 30, NULL, select_frame};
  return &codec;
}

#endif
