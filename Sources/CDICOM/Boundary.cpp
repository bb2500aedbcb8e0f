#include "Boundary.h"

#if !__has_include(<swiftlet-has-dicom.h>)

int cdicom_is_present(void) { return 0; }

#else

#include "File.h"

#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <unistd.h>

using namespace cdicom;

static int fail(const char *reason, char *message, size_t capacity) {
  if (capacity != 0) snprintf(message, capacity, "%s", reason);
  return -1;
}

/// Runs `body`; whatever it throws becomes a message.
template <typename Body>
static int guarded(char *message, size_t capacity, Body &&body) noexcept {
  try {
    body();
    return 0;
  } catch (const Problem &problem) {
    return fail(problem.text.c_str(), message, capacity);
  } catch (const std::bad_alloc &) {
    return fail("out of memory", message, capacity);
  } catch (const std::runtime_error &error) {
    return fail(error.what(), message, capacity);
  } catch (...) {
    return fail("an unknown exception was thrown by its decoder", message, capacity);
  }
}

int cdicom_is_present(void) { return 1; }

int cdicom_open(int descriptor, void **file, CDICOMHeader *header, char *message, size_t capacity) {
  *file = nullptr;
  bool is_owned = false;
  const int status = guarded(message, capacity, [&] {
    auto opened = std::make_unique<File>();
    opened->descriptor = descriptor;
    is_owned = true;
    load(*opened);
    *header = opened->header;
    *file = opened.release();
  });
  if (!is_owned) close(descriptor);
  return status;
}

int cdicom_describe(void *handle, uint32_t frame, CDICOMFrame *description, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    File &file = *static_cast<File *>(handle);
    if (frame >= file.layout.frames) throw Problem{"holds fewer pictures than that"};
    describe(file, frame, *description);
  });
}

int cdicom_decode(
    void *handle, uint32_t frame, const uint8_t **samples, size_t *byte_count, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    File &file = *static_cast<File *>(handle);
    if (frame >= file.layout.frames) throw Problem{"holds fewer pictures than that"};
    Stored stored = read_stored(file, frame);
    convert(file, frame, stored, file.samples);
    *samples = file.samples.data();
    *byte_count = file.samples.size();
  });
}

void cdicom_close(void *file) { delete static_cast<File *>(file); }

#endif
