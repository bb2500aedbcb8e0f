// JPEG 2000 by OpenJPEG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cdicom {

/// Decoded components, interleaved.
struct Components {
  uint32_t width = 0, height = 0;
  int count = 0;
  /// Bits of a value, and whether the codestream calls them signed.
  int bits = 0;
  bool is_signed = false;
  std::vector<int32_t> values;
};

/// Decodes a codestream or a JP2 file of `width` x `height` pixels and `count` components; what is wrong is thrown as
/// std::runtime_error.
Components decode_jpeg2000(const uint8_t *bytes, size_t size, uint32_t width, uint32_t height, int count);

}  // namespace cdicom
