// An open DICOM file.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

#include "Boundary.h"

namespace cdicom {

/// Like std::allocator, but new elements have no value yet: what fills a buffer needs no zeros before.
template <typename Element>
struct Unfilled : std::allocator<Element> {
  template <typename Other>
  struct rebind {
    using other = Unfilled<Other>;
  };
  template <typename Other>
  void construct(Other *place) noexcept {
    ::new (static_cast<void *>(place)) Other;
  }
  template <typename Other, typename... Values>
  void construct(Other *place, Values &&...values) {
    ::new (static_cast<void *>(place)) Other(std::forward<Values>(values)...);
  }
};
using Bytes = std::vector<uint8_t, Unfilled<uint8_t>>;

/// How the values of a picture are stored.
struct Layout {
  uint32_t width = 0, height = 0, frames = 1;
  int samples = 1;
  int allocated = 8, bits = 8, high = 7;
  bool is_signed = false;
  /// All values of one sample come before those of the next.
  bool is_planar = false;
  /// Values are floating-point numbers of `allocated` bits.
  bool is_floating = false;
  std::string photometric;

  bool is_palette() const { return photometric == "PALETTE COLOR"; }
  bool is_coloured() const { return samples == 3 || is_palette(); }
  uint64_t pixels() const { return static_cast<uint64_t>(width) * height; }
};

struct File {
  int descriptor = -1;
  DcmFileFormat format;
  Layout layout;
  CDICOMHeader header{};
  /// The last frame that was decoded.
  Bytes samples;

  ~File();
  DcmDataset &data() { return *format.getDataset(); }
};

/// What is wrong with a file, a clause without its subject.
struct Problem {
  std::string text;
};

/// Parses the file; throws Problem.
void load(File &file);

/// The item of a functional group of an enhanced file that applies to a frame; NULL if there is none.
DcmItem *functional_group(File &file, uint32_t frame, const DcmTagKey &group);

/// The values of a frame as they are stored, in the byte order of the machine.
struct Stored {
  Layout layout;
  Bytes bytes;
};
Stored read_stored(File &file, uint32_t frame);

void describe(File &file, uint32_t frame, CDICOMFrame &description);

/// Turns stored values into samples of the header's type, `channels` in a row of each pixel.
void convert(File &file, uint32_t frame, Stored &stored, Bytes &samples);

}  // namespace cdicom
