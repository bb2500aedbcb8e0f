// The bootstrap makes this header visible where pkg-config finds DCMTK and OpenJPEG.
#if __has_include(<swiftlet-has-dicom.h>)

#include "File.h"

#include <mutex>
#include <unistd.h>

#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

namespace cdicom {

File::~File() {
  // DCMTK closes what it opened; this is the descriptor that it opened that from.
  if (descriptor >= 0) close(descriptor);
}

static void prepare() {
  static std::once_flag done;
  std::call_once(done, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_never, EPC_colorByPixel);
    DJLSDecoderRegistration::registerCodecs(EJLSUC_never, EJLSPC_colorByPixel);
  });
  if (!dcmDataDict.isDictionaryLoaded())
    throw Problem{"cannot be read without DCMTK's dictionary; DCMDICTPATH has to name its dicom.dic"};
}

static long whole_number(DcmItem &data, const DcmTagKey &key, long usual) {
  Uint16 value = 0;
  return data.findAndGetUint16(key, value).good() ? value : usual;
}

static Layout layout_of(DcmDataset &data) {
  Layout layout;
  layout.height = static_cast<uint32_t>(whole_number(data, DCM_Rows, 0));
  layout.width = static_cast<uint32_t>(whole_number(data, DCM_Columns, 0));
  if (layout.width == 0 || layout.height == 0) throw Problem{"does not say its rows and columns"};
  Sint32 frames = 0;
  if (data.findAndGetSint32(DCM_NumberOfFrames, frames).good() && frames > 1)
    layout.frames = static_cast<uint32_t>(frames);
  layout.samples = static_cast<int>(whole_number(data, DCM_SamplesPerPixel, 1));
  if (layout.samples != 1 && layout.samples != 3)
    throw Problem{"has " + std::to_string(layout.samples) + " samples for a pixel, and 1 or 3 are read"};
  OFString photometric;
  data.findAndGetOFString(DCM_PhotometricInterpretation, photometric);
  layout.photometric = photometric.c_str();
  layout.allocated = static_cast<int>(whole_number(data, DCM_BitsAllocated, 0));
  layout.bits = static_cast<int>(whole_number(data, DCM_BitsStored, layout.allocated));
  layout.high = static_cast<int>(whole_number(data, DCM_HighBit, layout.bits - 1));
  layout.is_signed = whole_number(data, DCM_PixelRepresentation, 0) == 1;
  layout.is_planar = layout.samples == 3 && whole_number(data, DCM_PlanarConfiguration, 0) == 1;
  if (data.tagExists(DCM_FloatPixelData)) {
    layout.is_floating = true;
    layout.allocated = 32;
  } else if (data.tagExists(DCM_DoubleFloatPixelData)) {
    layout.is_floating = true;
    layout.allocated = 64;
  } else if (!data.tagExists(DCM_PixelData)) {
    throw Problem{"holds no pixels"};
  }
  if (layout.is_floating) {
    if (layout.samples != 1) throw Problem{"has floating-point numbers in several samples"};
    layout.bits = layout.allocated;
    layout.high = layout.bits - 1;
    return layout;
  }
  const int depth = layout.allocated;
  if (depth != 1 && depth != 8 && depth != 16 && depth != 32)
    throw Problem{"allocates " + std::to_string(depth) + " bits for a value, and 1, 8, 16 and 32 are read"};
  if (layout.bits < 1 || layout.bits > depth || layout.high < layout.bits - 1 || layout.high >= depth)
    throw Problem{"says that " + std::to_string(layout.bits) + " bits of " + std::to_string(depth) + " hold a value, up to bit " +
                  std::to_string(layout.high)};
  if (depth == 1 && layout.is_coloured()) throw Problem{"has colours of a single bit"};
  return layout;
}

void load(File &file) {
  prepare();
  // Large elements are read from the file when they are asked for: by this name, as long as the descriptor is open.
  const std::string path = "/dev/fd/" + std::to_string(file.descriptor);
  const OFCondition status =
      file.format.loadFile(OFFilename(path.c_str()), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect);
  if (status.bad()) throw Problem{std::string("DCMTK cannot parse it: ") + status.text()};
  DcmDataset &data = file.data();
  OFString syntax;
  if (DcmMetaInfo *meta = file.format.getMetaInfo()) {
    OFString storage;
    if (meta->findAndGetOFString(DCM_MediaStorageSOPClassUID, storage).good() &&
        storage == UID_MediaStorageDirectoryStorage)
      throw Problem{"is a directory of other DICOM files"};
  }
  file.layout = layout_of(data);
  const Layout &layout = file.layout;
  const bool is_wide = layout.is_palette() ? true : layout.bits > 8;
  CDICOMHeader &header = file.header;
  header.width = layout.width;
  header.height = layout.height;
  header.channels = layout.is_coloured() ? 3 : 1;
  header.frames = layout.frames;
  header.sample = !layout.is_coloured() ? cdicom_float32
    : layout.allocated == 32            ? cdicom_float32
    : is_wide                           ? cdicom_uint16
                                        : cdicom_uint8;
}

DcmItem *functional_group(File &file, uint32_t frame, const DcmTagKey &group) {
  DcmItem *item = nullptr, *found = nullptr;
  if (file.data().findAndGetSequenceItem(DCM_PerFrameFunctionalGroupsSequence, item, static_cast<long>(frame)).good() &&
      item != nullptr && item->findAndGetSequenceItem(group, found, 0).good() && found != nullptr)
    return found;
  if (file.data().findAndGetSequenceItem(DCM_SharedFunctionalGroupsSequence, item, 0).good() && item != nullptr &&
      item->findAndGetSequenceItem(group, found, 0).good())
    return found;
  return nullptr;
}

}  // namespace cdicom

#endif
