// The bootstrap makes this header visible where pkg-config finds DCMTK and OpenJPEG.
#if __has_include(<swiftlet-has-dicom.h>)

#include "JPEG2000.h"

#include <cstring>
#include <memory>
#include <stdexcept>

#include <openjpeg.h>

namespace cdicom {
namespace {

struct Memory {
  const uint8_t *bytes;
  size_t size, place;
};

OPJ_SIZE_T read(void *target, OPJ_SIZE_T count, void *data) {
  auto &memory = *static_cast<Memory *>(data);
  const size_t left = memory.size - memory.place;
  if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
  const size_t part = count < left ? count : left;
  memcpy(target, memory.bytes + memory.place, part);
  memory.place += part;
  return part;
}

OPJ_OFF_T skip(OPJ_OFF_T count, void *data) {
  auto &memory = *static_cast<Memory *>(data);
  if (count < 0) return -1;
  const size_t left = memory.size - memory.place;
  const size_t part = static_cast<size_t>(count) < left ? static_cast<size_t>(count) : left;
  memory.place += part;
  return static_cast<OPJ_OFF_T>(part);
}

OPJ_BOOL seek(OPJ_OFF_T place, void *data) {
  auto &memory = *static_cast<Memory *>(data);
  if (place < 0 || static_cast<size_t>(place) > memory.size) return OPJ_FALSE;
  memory.place = static_cast<size_t>(place);
  return OPJ_TRUE;
}

void ignore(const char *, void *) {}

template <typename Handle, void (*release)(Handle *)>
struct Released {
  void operator()(Handle *handle) const { release(handle); }
};

using Stream = std::unique_ptr<opj_stream_t, Released<opj_stream_t, opj_stream_destroy>>;
using Image = std::unique_ptr<opj_image_t, Released<opj_image_t, opj_image_destroy>>;

struct CodecEnd {
  void operator()(opj_codec_t *codec) const { opj_destroy_codec(codec); }
};

}  // namespace

Components decode_jpeg2000(const uint8_t *bytes, size_t size, uint32_t width, uint32_t height, int count) {
  static const uint8_t box[] = {0, 0, 0, 12, 'j', 'P', ' ', ' '};
  const bool is_file = size >= sizeof box && memcmp(bytes, box, sizeof box) == 0;
  std::unique_ptr<opj_codec_t, CodecEnd> codec(opj_create_decompress(is_file ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
  Stream stream(opj_stream_create(1 << 16, OPJ_TRUE));
  if (!codec || !stream) throw std::bad_alloc();
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_error_handler(codec.get(), ignore, nullptr);
  Memory memory{bytes, size, 0};
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_user_data_length(stream.get(), size);
  opj_stream_set_read_function(stream.get(), read);
  opj_stream_set_skip_function(stream.get(), skip);
  opj_stream_set_seek_function(stream.get(), seek);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!opj_setup_decoder(codec.get(), &parameters)) throw std::runtime_error("its JPEG 2000 data cannot be decoded");
  opj_image_t *opened = nullptr;
  const bool has_header = opj_read_header(stream.get(), codec.get(), &opened);
  Image image(opened);
  if (!has_header) throw std::runtime_error("its JPEG 2000 data have no header that makes sense");
  // Checked before anything of the size that the data say is allocated.
  if (image->x1 <= image->x0 || image->x1 - image->x0 != width || image->y1 <= image->y0 ||
      image->y1 - image->y0 != height || image->numcomps < static_cast<OPJ_UINT32>(count))
    throw std::runtime_error("its JPEG 2000 data are of another size than the file says");
  if (!opj_decode(codec.get(), stream.get(), image.get()) || !opj_end_decompress(codec.get(), stream.get()))
    throw std::runtime_error("its JPEG 2000 data are damaged or cut off");
  Components result;
  result.width = width;
  result.height = height;
  result.count = count;
  result.bits = static_cast<int>(image->comps[0].prec);
  result.is_signed = image->comps[0].sgnd != 0;
  const size_t pixels = static_cast<size_t>(width) * height;
  for (int c = 0; c < count; ++c) {
    const opj_image_comp_t &component = image->comps[c];
    if (component.w != width || component.h != height || component.data == nullptr ||
        static_cast<int>(component.prec) != result.bits)
      throw std::runtime_error("its JPEG 2000 components differ in size or depth");
  }
  result.values.resize(pixels * static_cast<size_t>(count));
  for (int c = 0; c < count; ++c)
    for (size_t i = 0; i < pixels; ++i)
      result.values[i * static_cast<size_t>(count) + static_cast<size_t>(c)] = image->comps[c].data[i];
  return result;
}

}  // namespace cdicom

#endif
