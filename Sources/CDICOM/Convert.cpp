#if __has_include(<swiftlet-has-dicom.h>)

#include "File.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace cdicom {
namespace {

template <typename Number>
Number at(const Bytes &bytes, size_t place) {
  Number value;
  memcpy(&value, bytes.data() + place * sizeof value, sizeof value);
  return value;
}

/// The bits of a value, moved to the lowest place and extended by its sign.
struct Bits {
  int shift, bits;
  bool is_signed;

  explicit Bits(const Layout &layout)
      : shift(layout.high + 1 - layout.bits), bits(layout.bits), is_signed(layout.is_signed) {}

  int64_t operator()(uint64_t word) const {
    const uint64_t mask = (1ull << bits) - 1, value = word >> shift & mask;
    const bool is_negative = is_signed && (value >> (bits - 1) & 1) != 0;
    return static_cast<int64_t>(value) - (is_negative ? static_cast<int64_t>(1ull << bits) : 0);
  }
};

/// Calls `body(place, value)` for `count` stored values.
template <typename Body>
void for_each(const Stored &stored, size_t count, Body &&body) {
  const Bits bits(stored.layout);
  const auto width = static_cast<size_t>(stored.layout.allocated / 8);
  if (stored.bytes.size() / width < count) throw Problem{"is cut off"};
  switch (stored.layout.allocated) {
  case 8:
    for (size_t i = 0; i < count; ++i) body(i, bits(stored.bytes[i]));
    return;
  case 16:
    for (size_t i = 0; i < count; ++i) body(i, bits(at<uint16_t>(stored.bytes, i)));
    return;
  default:
    for (size_t i = 0; i < count; ++i) body(i, bits(at<uint32_t>(stored.bytes, i)));
  }
}

/// A table of the file: its entries and the stored value of the first.
struct Table {
  int64_t first = 0;
  int bits = 16;
  std::vector<uint16_t> entries;

  uint16_t operator()(int64_t value) const {
    const int64_t last = static_cast<int64_t>(entries.size()) - 1, place = value - first;
    return entries[static_cast<size_t>(place < 0 ? 0 : place > last ? last : place)];
  }
};

bool read_table(DcmItem &item, const DcmTagKey &descriptor, const DcmTagKey &data, bool is_signed, Table &table) {
  Uint16 numbers[3];
  for (unsigned long i = 0; i < 3; ++i) {
    Sint16 number = 0;
    if (item.findAndGetUint16(descriptor, numbers[i], i).good()) continue;
    if (item.findAndGetSint16(descriptor, number, i).bad()) return false;
    numbers[i] = static_cast<Uint16>(number);
  }
  const size_t count = numbers[0] == 0 ? 65536 : numbers[0];
  table.first = is_signed ? static_cast<int64_t>(static_cast<int16_t>(numbers[1])) : numbers[1];
  table.bits = numbers[2];
  if (table.bits != 8 && (table.bits < 10 || table.bits > 16)) table.bits = 16;
  DcmElement *element = nullptr;
  if (item.findAndGetElement(data, element).bad() || element == nullptr) return false;
  const Uint16 *words = nullptr;
  unsigned long length = 0;
  Uint16 *own = nullptr;
  if (element->getUint16Array(own).good() && own != nullptr) {
    words = own;
    length = element->getLength() / 2;
  } else {
    return false;
  }
  table.entries.resize(count);
  if (length >= count) {
    for (size_t i = 0; i < count; ++i) table.entries[i] = words[i];
  } else if (2 * static_cast<size_t>(length) >= count) {
    // Two entries of 8 bits share a word.
    for (size_t i = 0; i < count; ++i)
      table.entries[i] = static_cast<uint16_t>(i % 2 ? words[i / 2] >> 8 : words[i / 2] & 0xFF);
    table.bits = 8;
  } else {
    return false;
  }
  return true;
}

// MARK: Grey

/// Stored values that stand for no data.
struct Padding {
  bool is_there = false;
  int64_t low = 0, high = 0;

  explicit Padding(File &file, const Layout &layout) {
    int64_t first = 0, second = 0;
    if (!read(file, DCM_PixelPaddingValue, layout, first)) return;
    is_there = true;
    second = first;
    read(file, DCM_PixelPaddingRangeLimit, layout, second);
    low = first < second ? first : second;
    high = first < second ? second : first;
  }

  static bool read(File &file, const DcmTagKey &key, const Layout &layout, int64_t &value) {
    Uint16 word = 0;
    Sint16 number = 0;
    if (file.data().findAndGetUint16(key, word).good()) {
      // The sign of the pixels counts, whatever the element says; wider values are not extended from 16 bits.
      value = layout.is_signed ? static_cast<int16_t>(word) : word;
      return true;
    }
    if (file.data().findAndGetSint16(key, number).bad()) return false;
    value = layout.is_signed ? number : static_cast<uint16_t>(number);
    return true;
  }
};

struct Modality {
  double slope = 1, intercept = 0;
  bool has_table = false;
  Table table;

  Modality(File &file, uint32_t frame, const Layout &layout) {
    DcmItem *item = nullptr;
    if (!layout.is_floating &&
        file.data().findAndGetSequenceItem(DCM_ModalityLUTSequence, item, 0).good() && item != nullptr)
      has_table = read_table(*item, DCM_LUTDescriptor, DCM_LUTData, layout.is_signed, table);
    if (DcmItem *group = functional_group(file, frame, DCM_PixelValueTransformationSequence))
      read(*group);
    else
      read(file.data());
  }

  void read(DcmItem &item) {
    double first = 0, second = 0;
    if (item.findAndGetFloat64(DCM_RescaleSlope, first).bad() || item.findAndGetFloat64(DCM_RescaleIntercept, second).bad())
      return;
    if (!std::isfinite(first) || !std::isfinite(second)) throw Problem{"has a slope or intercept that is no number"};
    slope = first;
    intercept = second;
  }
};

float narrowed(double value) {
  const double most = static_cast<double>(std::numeric_limits<float>::max());
  return static_cast<float>(value > most ? most : value < -most ? -most : value);
}

/// What most files hold: words, a slope and an intercept. The loops are plain, so that the compiler makes several at once.
void convert_words(const Stored &stored, const Modality &modality, const Padding &padding, float *target) {
  const Layout &layout = stored.layout;
  const size_t count = layout.pixels();
  const double slope = modality.slope, intercept = modality.intercept;
  // Shifted up to the sign and down again, a value has its own bits alone.
  const int up = 31 - layout.high, down = 32 - layout.bits;
  const auto fill = [&](auto value_of) {
    for (size_t i = 0; i < count; ++i) {
      const int32_t value = value_of(static_cast<uint32_t>(at<uint16_t>(stored.bytes, i)) << up);
      target[i] = narrowed(static_cast<double>(value) * slope + intercept);
    }
  };
  if (layout.is_signed)
    fill([&](uint32_t word) { return static_cast<int32_t>(word) >> down; });
  else
    fill([&](uint32_t word) { return static_cast<int32_t>(word >> down); });
  if (!padding.is_there) return;
  const Bits bits(layout);
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = bits(at<uint16_t>(stored.bytes, i));
    if (value >= padding.low && value <= padding.high) target[i] = NAN;
  }
}

void convert_grey(File &file, uint32_t frame, const Stored &stored, float *target) {
  const Layout &layout = stored.layout;
  const size_t count = layout.pixels();
  const Modality modality(file, frame, layout);
  const Padding padding(file, layout);
  const auto scaled = [&](double value) { return narrowed(value * modality.slope + modality.intercept); };
  if (layout.is_floating) {
    const auto width = static_cast<size_t>(layout.allocated / 8);
    if (stored.bytes.size() / width < count) throw Problem{"is cut off"};
    for (size_t i = 0; i < count; ++i) {
      const double value =
          width == 4 ? static_cast<double>(at<float>(stored.bytes, i)) : at<double>(stored.bytes, i);
      // Neither infinity nor NaN is a measurement.
      target[i] = std::isfinite(value) ? scaled(value) : NAN;
    }
    return;
  }
  if (layout.allocated == 16 && !modality.has_table) {
    if (stored.bytes.size() / 2 < count) throw Problem{"is cut off"};
    convert_words(stored, modality, padding, target);
    return;
  }
  for_each(stored, count, [&](size_t place, int64_t value) {
    if (padding.is_there && value >= padding.low && value <= padding.high)
      target[place] = NAN;
    else
      target[place] = modality.has_table ? static_cast<float>(modality.table(value)) : scaled(static_cast<double>(value));
  });
}

// MARK: Colours

/// The place of sample `c` of pixel `i` among the stored values.
size_t place_of(const Layout &layout, size_t i, size_t c) {
  return layout.is_planar ? c * layout.pixels() + i : 3 * i + c;
}

void write(CDICOMSample sample, Bytes &target, size_t place, int64_t value) {
  switch (sample) {
  case cdicom_uint8: target[place] = static_cast<uint8_t>(value); return;
  case cdicom_uint16: {
    const auto word = static_cast<uint16_t>(value);
    memcpy(target.data() + 2 * place, &word, 2);
    return;
  }
  case cdicom_float32: {
    const auto number = static_cast<float>(value);
    memcpy(target.data() + 4 * place, &number, 4);
  }
  }
}

void convert_palette(File &file, const Stored &stored, Bytes &samples) {
  static const DcmTagKey keys[3][2] = {
      {DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData},
      {DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData},
      {DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData}};
  Table tables[3];
  for (int c = 0; c < 3; ++c)
    if (!read_table(file.data(), keys[c][0], keys[c][1], stored.layout.is_signed, tables[c]))
      throw Problem{"has a palette without its table, or with one that is cut off"};
  for_each(stored, stored.layout.pixels(), [&](size_t place, int64_t value) {
    for (size_t c = 0; c < 3; ++c) {
      const int64_t entry = tables[c](value), most = (1 << tables[c].bits) - 1;
      // Tables of 8 bits become 16, so that a file has one depth.
      write(cdicom_uint16, samples, 3 * place + c,
            tables[c].bits == 16 ? entry : ((entry < most ? entry : most) * 65535 + most / 2) / most);
    }
  });
}

int64_t clipped(double value, double most) {
  return static_cast<int64_t>(std::fmin(std::fmax(std::floor(value + 0.5), 0), most));
}

/// YBR to RGB (PS3.3, C.7.6.3.1.2). Full range alone; others are of video and retired.
void to_rgb(int64_t *pixel, int bits) {
  const double most = static_cast<double>((1ull << bits) - 1), centre = static_cast<double>(1ull << (bits - 1));
  const auto y = static_cast<double>(pixel[0]);
  const double blue = static_cast<double>(pixel[1]) - centre, red = static_cast<double>(pixel[2]) - centre;
  pixel[0] = clipped(y + 1.402 * red, most);
  pixel[1] = clipped(y - 0.344136 * blue - 0.714136 * red, most);
  pixel[2] = clipped(y + 1.772 * blue, most);
}

/// Y1 Y2 Cb Cr for each two pixels: the colours of both are the same.
void spread_colours(Stored &stored) {
  const size_t pairs = stored.layout.pixels() / 2;
  if (stored.layout.width % 2 != 0 || stored.layout.allocated != 8 || stored.bytes.size() < 4 * pairs)
    throw Problem{"shares colours among pixels in a way that is not read"};
  Bytes full(6 * pairs);
  for (size_t i = 0; i < pairs; ++i) {
    const uint8_t *four = stored.bytes.data() + 4 * i;
    const uint8_t six[6] = {four[0], four[2], four[3], four[1], four[2], four[3]};
    memcpy(full.data() + 6 * i, six, sizeof six);
  }
  stored.bytes.swap(full);
  stored.layout.photometric = "YBR_FULL";
  stored.layout.is_planar = false;
}

void convert_colours(CDICOMSample sample, Stored &stored, Bytes &samples) {
  if (stored.layout.photometric == "YBR_FULL_422") spread_colours(stored);
  const Layout &layout = stored.layout;
  const bool is_ybr = layout.photometric == "YBR_FULL";
  if (!is_ybr && layout.photometric != "RGB")
    throw Problem{"has colours of a kind that is not read"};
  const size_t count = layout.pixels();
  std::vector<int64_t> values(3 * count);
  for_each(stored, 3 * count, [&](size_t place, int64_t value) { values[place] = value < 0 ? 0 : value; });
  for (size_t i = 0; i < count; ++i) {
    int64_t pixel[3];
    for (size_t c = 0; c < 3; ++c) pixel[c] = values[place_of(layout, i, c)];
    if (is_ybr) to_rgb(pixel, layout.bits);
    for (size_t c = 0; c < 3; ++c) write(sample, samples, 3 * i + c, pixel[c]);
  }
}

}  // namespace

void convert(File &file, uint32_t frame, Stored &stored, Bytes &samples) {
  const size_t count = stored.layout.pixels() * static_cast<size_t>(file.header.channels);
  const CDICOMSample sample = file.header.sample;
  samples.resize(count * (sample == cdicom_uint8 ? 1 : sample == cdicom_uint16 ? 2 : 4));
  if (stored.layout.is_palette())
    convert_palette(file, stored, samples);
  else if (stored.layout.is_coloured())
    convert_colours(file.header.sample, stored, samples);
  else
    convert_grey(file, frame, stored, reinterpret_cast<float *>(samples.data()));
}

}  // namespace cdicom

#endif
