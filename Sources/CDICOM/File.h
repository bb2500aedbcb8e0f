// An open DICOM file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dctk.h>

#include "Boundary.h"

namespace cdicom {

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
  std::vector<uint8_t> samples;

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
  std::vector<uint8_t> bytes;
};
Stored read_stored(File &file, uint32_t frame);

void describe(File &file, uint32_t frame, CDICOMFrame &description);

/// Turns stored values into samples of the header's type, `channels` in a row of each pixel.
void convert(File &file, uint32_t frame, Stored &stored, std::vector<uint8_t> &samples);

}  // namespace cdicom
