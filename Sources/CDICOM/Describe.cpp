#if __has_include(<swiftlet-has-dicom.h>)

#include "File.h"

#include <cmath>
#include <cstring>

namespace cdicom {
namespace {

/// FNV-1a (Fowler, Noll, Vo), never 0.
uint64_t hash(const std::string &text, uint64_t value = 0xcbf29ce484222325u) {
  for (const char letter : text) value = (value ^ static_cast<uint8_t>(letter)) * 0x100000001b3u;
  return value ? value : 1;
}

std::string text(DcmItem &data, const DcmTagKey &key) {
  OFString value;
  if (data.findAndGetOFStringArray(key, value).bad()) return {};
  std::string result(value.c_str(), value.length());
  while (!result.empty() && (result.back() == ' ' || result.back() == '\0')) result.pop_back();
  const size_t first = result.find_first_not_of(' ');
  return first == std::string::npos ? std::string() : result.substr(first);
}

uint64_t identifier(DcmItem &data, const DcmTagKey &key) {
  const std::string value = text(data, key);
  return value.empty() ? 0 : hash(value);
}

bool numbers(DcmItem *data, const DcmTagKey &key, unsigned long count, double *values) {
  if (data == nullptr) return false;
  for (unsigned long i = 0; i < count; ++i)
    if (data->findAndGetFloat64(key, values[i], i).bad() || !std::isfinite(values[i])) return false;
  return true;
}

/// The position along the normal of the plane, and a hash of the plane's direction.
void place(File &file, uint32_t frame, CDICOMFrame &description) {
  DcmDataset &data = file.data();
  double axes[6], origin[3];
  if (!numbers(functional_group(file, frame, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, 6, axes) &&
      !numbers(&data, DCM_ImageOrientationPatient, 6, axes)) {
    if (numbers(&data, DCM_SliceLocation, 1, origin)) description.position = origin[0];
    return;
  }
  std::string plane;
  for (const double part : axes) plane += std::to_string(std::lround(std::fmax(-9, std::fmin(9, part)) * 100)) + " ";
  description.plane = hash(plane + std::to_string(file.layout.width) + " " + std::to_string(file.layout.height));
  const double normal[3] = {axes[1] * axes[5] - axes[2] * axes[4], axes[2] * axes[3] - axes[0] * axes[5],
                            axes[0] * axes[4] - axes[1] * axes[3]};
  if (numbers(functional_group(file, frame, DCM_PlanePositionSequence), DCM_ImagePositionPatient, 3, origin) ||
      numbers(&data, DCM_ImagePositionPatient, 3, origin))
    description.position = normal[0] * origin[0] + normal[1] * origin[1] + normal[2] * origin[2];
  else if (numbers(&data, DCM_SliceLocation, 1, origin))
    description.position = origin[0];
}

}  // namespace

void describe(File &file, uint32_t frame, CDICOMFrame &description) {
  DcmDataset &data = file.data();
  description = CDICOMFrame{};
  description.position = NAN;
  description.number = NAN;
  description.patient = identifier(data, DCM_PatientID);
  description.study = identifier(data, DCM_StudyInstanceUID);
  description.series = identifier(data, DCM_SeriesInstanceUID);
  const std::string person = text(data, DCM_PatientName) + "\n" + text(data, DCM_PatientBirthDate);
  description.person = person.size() > 1 ? hash(person) : 0;
  place(file, frame, description);
  numbers(&data, DCM_InstanceNumber, 1, &description.number);
  const std::string modality = text(data, DCM_Modality);
  size_t length = 0;
  // The values that the standard defines are two or more capital letters; others could be anything.
  for (const char letter : modality)
    if (letter >= 'A' && letter <= 'Z' && length + 1 < sizeof description.modality)
      description.modality[length++] = letter;
  if (length != modality.size()) memset(description.modality, 0, sizeof description.modality);
  description.is_inverted = file.layout.photometric == "MONOCHROME1";
  std::string unit = text(data, DCM_RescaleType);
  if (DcmItem *group = functional_group(file, frame, DCM_PixelValueTransformationSequence))
    unit = text(*group, DCM_RescaleType);
  description.is_absolute =
      modality == "CT" && !file.layout.is_coloured() && (unit.empty() || unit == "HU" || unit == "HOUNSFIELD");
  description.bits = file.layout.bits;
  const std::string kind = text(data, DCM_SOPClassUID);
  if (text(data, DCM_BurnedInAnnotation) == "YES") description.flags |= cdicom_burned_in;
  if (modality == "US" || modality == "IVUS") description.flags |= cdicom_ultrasound;
  // Secondary Capture Image Storage and its multi-frame forms.
  if (kind.rfind("1.2.840.10008.5.1.4.1.1.7", 0) == 0) description.flags |= cdicom_captured;
}

}  // namespace cdicom

#endif
