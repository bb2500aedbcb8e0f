#if __has_include(<swiftlet-has-dicom.h>)

#include "File.h"
#include "JPEG2000.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>

namespace cdicom {
namespace {

/// Bytes of a frame as it is stored without compression, from the first to the last bit; `first` is the bit it begins at.
struct Extent {
  uint64_t offset, count;
  unsigned first;
};

Extent extent(const Layout &layout, uint32_t frame) {
  uint64_t bits = layout.pixels() * static_cast<uint64_t>(layout.samples) * static_cast<uint64_t>(layout.allocated);
  // Two pixels share their colours: four bytes in the place of six.
  if (layout.photometric == "YBR_FULL_422") bits = bits / 3 * 2;
  const uint64_t start = bits * frame;
  return {start / 8, (start % 8 + bits + 7) / 8, static_cast<unsigned>(start % 8)};
}

void exchange_words(Bytes &bytes) {
  for (size_t i = 0; i + 4 <= bytes.size(); i += 4) {
    std::swap(bytes[i], bytes[i + 2]);
    std::swap(bytes[i + 1], bytes[i + 3]);
  }
}

/// One byte for each bit, the lowest first.
void unpack_bits(Bytes &bytes, unsigned first, uint64_t count) {
  Bytes bits(count);
  for (uint64_t i = 0; i < count; ++i) bits[i] = bytes[(first + i) / 8] >> ((first + i) % 8) & 1;
  bytes.swap(bits);
}

DcmElement &element_of(File &file) {
  const DcmTagKey key = !file.layout.is_floating ? DCM_PixelData
    : file.layout.allocated == 32                ? DCM_FloatPixelData
                                                 : DCM_DoubleFloatPixelData;
  DcmElement *element = nullptr;
  if (file.data().findAndGetElement(key, element).bad() || element == nullptr) throw Problem{"holds no pixels"};
  return *element;
}

void read_plain(File &file, uint32_t frame, Stored &stored) {
  const Layout &layout = file.layout;
  DcmElement &element = element_of(file);
  const uint64_t length = element.getLength(file.data().getOriginalXfer());
  const Extent part = extent(layout, frame), last = extent(layout, layout.frames - 1);
  if (last.offset + last.count > length)
    throw Problem{"is cut off: it says that it holds " + std::to_string(last.offset + last.count) +
                  " bytes of pixels, and has " + std::to_string(length)};
  // Elements have an even length, and words are swapped in pairs.
  const uint64_t begin = part.offset & ~7ull;
  const uint64_t end = std::min<uint64_t>(length, (part.offset + part.count + 7) & ~7ull);
  Bytes bytes(end - begin);
  const OFCondition status =
      element.getPartialValue(bytes.data(), static_cast<Uint32>(begin), static_cast<Uint32>(bytes.size()));
  if (status.bad()) throw Problem{std::string("is cut off, or damaged: ") + status.text()};
  const bool is_big = DcmXfer(file.data().getOriginalXfer()).getByteOrder() == EBO_BigEndian;
  // Values of 32 bits are written as two words each.
  if (is_big && layout.allocated == 32 && !layout.is_floating && element.getVR() != EVR_OB) exchange_words(bytes);
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part.offset - begin));
  bytes.resize(part.count);
  if (layout.allocated == 1) {
    unpack_bits(bytes, part.first, layout.pixels());
    stored.layout.allocated = 8;
  }
  stored.bytes.swap(bytes);
}

DcmPixelSequence &sequence_of(File &file, E_TransferSyntax syntax) {
  auto *pixels = dynamic_cast<DcmPixelData *>(&element_of(file));
  DcmPixelSequence *sequence = nullptr;
  if (pixels == nullptr || pixels->getEncapsulatedRepresentation(syntax, nullptr, sequence).bad() || sequence == nullptr)
    throw Problem{"says that its pixels are compressed, and they are not"};
  return *sequence;
}

void append(DcmPixelSequence &sequence, unsigned long number, Bytes &bytes) {
  DcmPixelItem *item = nullptr;
  Uint8 *part = nullptr;
  if (sequence.getItem(item, number).bad() || item == nullptr) throw Problem{"is cut off"};
  const uint32_t length = item->getLength();
  if (length == 0) return;
  if (item->getUint8Array(part).bad() || part == nullptr) throw Problem{"is cut off"};
  bytes.insert(bytes.end(), part, part + length);
}

uint32_t little(const uint8_t *place) {
  return static_cast<uint32_t>(place[0]) | static_cast<uint32_t>(place[1]) << 8 | static_cast<uint32_t>(place[2]) << 16 |
         static_cast<uint32_t>(place[3]) << 24;
}

/// The bytes of a frame, which may be divided into several fragments.
Bytes fragments(File &file, DcmPixelSequence &sequence, uint32_t frame) {
  const unsigned long count = sequence.card();
  const uint32_t frames = file.layout.frames;
  // The first item is a table of offsets.
  if (count < 2 || count - 1 < frames) throw Problem{"is cut off: it has fewer pictures than it says"};
  Bytes bytes, table;
  unsigned long first = 1 + frame, last = 1 + frame;
  if (frames == 1) {
    last = count - 1;
  } else if (count - 1 != frames) {
    append(sequence, 0, table);
    if (table.size() < 4 * static_cast<size_t>(frames)) throw Problem{"does not say where its pictures begin"};
    const auto offset = [&](uint32_t of) -> uint64_t { return little(table.data() + 4 * static_cast<size_t>(of)); };
    const uint64_t begin = offset(frame), end = frame + 1 < frames ? offset(frame + 1) : UINT64_MAX;
    uint64_t place = 0;
    first = last = 0;
    for (unsigned long number = 1; number < count; ++number) {
      DcmPixelItem *item = nullptr;
      if (sequence.getItem(item, number).bad() || item == nullptr) throw Problem{"is cut off"};
      if (place == begin) first = number;
      if (place < end) last = number;
      place += 8 + static_cast<uint64_t>(item->getLength());
    }
    if (first == 0 || last < first) throw Problem{"says that its pictures begin where none does"};
  }
  for (unsigned long number = first; number <= last; ++number) append(sequence, number, bytes);
  return bytes;
}

void read_jpeg2000(File &file, uint32_t frame, E_TransferSyntax syntax, Stored &stored) {
  const Bytes bytes = fragments(file, sequence_of(file, syntax), frame);
  Layout &layout = stored.layout;
  const Components decoded =
      decode_jpeg2000(bytes.data(), bytes.size(), layout.width, layout.height, layout.samples);
  if (decoded.bits < 1 || decoded.bits > 32) throw Problem{"has JPEG 2000 data of an unknown depth"};
  // The codestream says the depth, and the file whether values are signed.
  layout.bits = decoded.bits;
  layout.high = decoded.bits - 1;
  layout.allocated = 32;
  layout.is_planar = false;
  if (layout.photometric.rfind("YBR_R", 0) == 0 || layout.photometric.rfind("YBR_ICT", 0) == 0)
    layout.photometric = "RGB";
  stored.bytes.resize(decoded.values.size() * 4);
  memcpy(stored.bytes.data(), decoded.values.data(), stored.bytes.size());
}

/// Undoes PackBits: writes `count` bytes.
void unpack_run_lengths(const uint8_t *source, size_t size, uint8_t *target, size_t count) {
  size_t place = 0, written = 0;
  while (written < count) {
    if (place >= size) throw Problem{"is cut off: its run lengths end too soon"};
    const uint8_t code = source[place++];
    if (code == 128) continue;
    const bool is_run = code > 128;
    const size_t length = is_run ? 257u - code : code + 1u;
    if (place + (is_run ? 1 : length) > size) throw Problem{"is cut off: its run lengths end too soon"};
    // The last run may be longer than what is left.
    const size_t part = length < count - written ? length : count - written;
    if (is_run)
      memset(target + written, source[place], part);
    else
      memcpy(target + written, source + place, part);
    place += is_run ? 1 : length;
    written += part;
  }
}

/// Run lengths (PS3.5, annex G): a segment for each byte of each sample, the highest byte first. Ours, for DCMTK 3.6.7 reads
/// beyond the end of damaged ones.
void read_run_lengths(File &file, uint32_t frame, Stored &stored) {
  const Bytes bytes = fragments(file, sequence_of(file, EXS_RLELossless), frame);
  Layout &layout = stored.layout;
  if (layout.allocated == 1 || bytes.size() < 64) throw Problem{"has run lengths that make no sense"};
  const size_t pixels = layout.pixels(), width = static_cast<size_t>(layout.allocated / 8);
  const auto samples = static_cast<size_t>(layout.samples);
  const size_t count = little(bytes.data());
  if (count != samples * width) throw Problem{"has run lengths of another depth than it says"};
  // Two bytes make at most 128.
  if (pixels * count / 64 > bytes.size()) throw Problem{"is cut off: its run lengths are too few"};
  stored.bytes.resize(pixels * samples * width);
  Bytes plane(pixels);
  for (size_t segment = 0; segment < count; ++segment) {
    const size_t begin = little(bytes.data() + 4 + 4 * segment);
    const size_t end = segment + 1 < count ? little(bytes.data() + 8 + 4 * segment) : bytes.size();
    if (begin < 64 || end > bytes.size() || begin >= end) throw Problem{"has run lengths that make no sense"};
    const size_t sample = segment / width, byte = width - 1 - segment % width;
    unpack_run_lengths(bytes.data() + begin, end - begin, plane.data(), pixels);
    uint8_t *target = stored.bytes.data() + sample * width + byte;
    const size_t stride = samples * width;
    for (size_t i = 0; i < pixels; ++i) target[i * stride] = plane[i];
  }
  layout.is_planar = false;
}

/// Throws unless markers of sensible lengths lead to the size of a JPEG picture: DCMTK 3.6.7 looks for it without an end where they
/// do not.
void check_markers(const Bytes &bytes) {
  size_t place = 2;
  while (place + 4 <= bytes.size() && bytes[place] == 0xFF) {
    const uint8_t marker = bytes[place + 1];
    if (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) return;
    const size_t length = static_cast<size_t>(bytes[place + 2]) << 8 | bytes[place + 3];
    if (length < 2 || marker < 0xC0 || marker == 0xFF) break;
    place += 2 + length;
  }
  throw Problem{"has JPEG data whose markers make no sense"};
}

void read_compressed(File &file, uint32_t frame, Stored &stored) {
  auto *pixels = dynamic_cast<DcmPixelData *>(&element_of(file));
  if (pixels == nullptr) throw Problem{"says that its pixels are compressed, and they are not"};
  Layout &layout = stored.layout;
  const E_TransferSyntax syntax = file.data().getOriginalXfer();
  if (syntax != EXS_JPEGLSLossless && syntax != EXS_JPEGLSLossy)
    check_markers(fragments(file, sequence_of(file, syntax), frame));
  Uint32 size = 0;
  if (pixels->getUncompressedFrameSize(&file.data(), size).bad() || size == 0)
    throw Problem{"does not say the size of its pictures"};
  const uint64_t needed =
      layout.pixels() * static_cast<uint64_t>(layout.samples) * static_cast<uint64_t>((layout.allocated + 7) / 8);
  // Decoders write whole pictures of three full samples, whatever the colours share in the file.
  stored.bytes.resize(std::max<uint64_t>(size, needed + (needed & 1)));
  Uint32 fragment = 0;
  OFString model;
  const OFCondition status = pixels->getUncompressedFrame(
      &file.data(), frame, fragment, stored.bytes.data(), static_cast<Uint32>(stored.bytes.size()), model);
  if (status.bad()) throw Problem{std::string("cannot be decompressed: ") + status.text()};
  stored.bytes.resize(needed);
  if (layout.samples == 3 && !model.empty()) layout.photometric = model.c_str();
  // What DCMTK decodes has full colours, even if it still calls them so.
  if (layout.photometric == "YBR_FULL_422") layout.photometric = "YBR_FULL";
  layout.is_planar = false;
}

}  // namespace

Stored read_stored(File &file, uint32_t frame) {
  Stored stored;
  stored.layout = file.layout;
  const E_TransferSyntax syntax = file.data().getOriginalXfer();
  switch (syntax) {
  case EXS_JPEG2000LosslessOnly:
  case EXS_JPEG2000:
  case EXS_JPEG2000MulticomponentLosslessOnly:
  case EXS_JPEG2000Multicomponent: read_jpeg2000(file, frame, syntax, stored); break;
  case EXS_RLELossless: read_run_lengths(file, frame, stored); break;
  default:
    if (DcmXfer(syntax).isEncapsulated())
      read_compressed(file, frame, stored);
    else
      read_plain(file, frame, stored);
  }
  return stored;
}

}  // namespace cdicom

#endif
