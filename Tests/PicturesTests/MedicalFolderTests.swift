import Foundation
import Learning
import Samples
import TestSupport
import Testing

@testable import Pictures

/// Folders of medical files: a picture is a sample, in the order of its volume, in the group of its patient, and without a name
/// that says who it is.
@Suite(.enabled(if: PictureFormat.dicom.isBuilt)) struct MedicalFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A slice of 4 × 4 pixels around `level`.
  private func slice(
    _ patient: String, _ series: String, z: Double?, level: Int = 0, instance: Int? = nil, modality: String = "MR"
  ) -> DICOMFile {
    var file = DICOMFile(grey: (0..<16).map { level + $0 }, width: 4)
    file.identify(patient: patient, series: "1.2.\(series)", instance: instance, modality: modality)
    if let z { file.place(z: z) }
    return file
  }

  private func add(_ file: DICOMFile, _ name: String) throws { try folder.write(file.bytes, as: name) }

  @Test func slicesAreInTheOrderOfTheirPlacesAndNamedByNumbers() throws {
    // Neither the names of files nor the instance numbers are in the order of the slices.
    for (name, z, instance) in [("a", 5.0, 1), ("b", -5, 3), ("c", 0, 2)] {
      try add(slice("Doe 1", "1", z: z, level: Int(z) + 100, instance: instance), "Doe/\(name)")
    }
    try add(slice("Roe 2", "2", z: 0), "Roe/x")
    try add(slice("Roe 2", "3", z: 0), "Roe/y")
    let photos = try ImageFolder(folder.path)
    #expect(
      photos.files.names == [
        "patient 1, slice 1", "patient 1, slice 2", "patient 1, slice 3", "patient 2, series 1", "patient 2, series 2",
      ])
    #expect(photos.files.samples.prefix(3).map(\.relativePath) == ["Doe/b", "Doe/c", "Doe/a"])
    #expect(photos.groups?.names == ["patient 1", "patient 2"] && photos.groups?.indices == [0, 0, 0, 1, 1])
    // Folders have the names of patients, and are no classes.
    #expect(photos.labels == nil)
  }

  @Test func aRunFindsTheSameAgain() throws {
    for z in 0..<4 { try add(slice("1", "1", z: Double(-z), level: 10 * z), "\(z).dcm") }
    try add(slice("2", "2", z: 1), "other.dcm")
    try folder.write([1, 2, 3], as: "Doe-broken.dcm")
    let collection = try ImageCollection(
      scanning: [folder.path], Annotations(), ImageConfiguration(imageSize: 16, views: .intensity))
    #expect(collection.skipped.map(\.name) == ["file 1"])
    let listing = try #require(collection.listing(of: [0, 1, 2, 3]).list as? FileListing)
    let key = try #require(listing.key)
    #expect(key.contains("\"patient 1, slice 1\",\(folder.path)/3.dcm,0\n"))
    #expect(key.contains("patient 2,\(folder.path)/other.dcm,0\n") && key.contains("file 1,Doe-broken.dcm,"))
    let stored = try JSONDecoder().decode(FileListing.self, from: JSONEncoder().encode(listing))
    let again = try ImageCollection(stored, ImageConfiguration(imageSize: 16, views: .intensity))
    #expect(again.names == Array(collection.names.prefix(4)))
    #expect(again.groups?.indices == [0, 0, 0, 0] && again.labels == nil)
    #expect(again.changes() == SampleChanges())
    // What was measured on the volume is recorded with its slices.
    let parts = stored.files.samples.compactMap(\.part)
    #expect(Set(parts.compactMap(\.lowest)).count == 1 && parts.allSatisfy { ($0.lowest ?? 0) < ($0.highest ?? 0) })
  }

  @Test func aVolumeHasOneRangeAndHounsfieldUnitsHaveAnother() throws {
    for z in 0..<3 { try add(slice("1", "1", z: Double(z), level: 1000 * z), "\(z)") }
    let photos = try ImageFolder(folder.path)
    let rule = CanonicalDecode(shortSide: 64, measured: MeasuredValues())
    let means = try photos.files.samples.indices.map { sample -> Double in
      let picture = try PictureDecoder.decode(
        path: photos.files.path(of: sample), part: photos.files.samples[sample].part, rule: rule)
      guard case .uint16(let words) = picture.samples else { return -1 }
      return words.reduce(0) { $0 + Double($1) } / Double(words.count)
    }
    #expect(means[0] < 1000 && abs(means[1] - 32768) < 1000 && means[2] > 64500)
    #expect(photos.contents.medical?.isAbsolute == false)
  }

  @Test func withoutAPatientTheStudyOrTheFolderCounts() throws {
    func file(study: String?, level: Int) -> DICOMFile {
      var file = DICOMFile(grey: (0..<16).map { level + $0 }, width: 4)
      if let study { file[0x0020_000D] = .text("UI", study) }
      return file
    }
    try add(file(study: "1.5", level: 1), "a/1")
    try add(file(study: "1.5", level: 2), "b/2")
    try add(file(study: nil, level: 3), "c/3")
    try add(file(study: nil, level: 4), "c/4")
    try add(file(study: nil, level: 5), "d/5")
    let photos = try ImageFolder(folder.path)
    #expect(photos.contents.medical?.groupedBy == ["study", "folder"])
    #expect(photos.groups?.names.count == 3)
    let sizes = Dictionary(grouping: photos.groups?.indices ?? [], by: \.self).map(\.value.count).sorted()
    #expect(sizes == [1, 2, 2])
  }

  @Test func volumesInOneFolderAreGroupsOfTheirOwn() throws {
    for name in ["sub-01.nii", "sub-02.nii"] {
      try folder.write(NIfTIFile(sides: [4, 4, 3]) { $0 + (name == "sub-01.nii" ? 0 : 7) }.bytes, as: name)
    }
    let photos = try ImageFolder(folder.path)
    #expect(photos.count == 6 && photos.groups?.indices == [0, 0, 0, 1, 1, 1])
    #expect(photos.files.name(of: 5) == "patient 2, slice 3")
  }

  @Test func labelsAreOfFilesOrOfNamesThatMayBeSeen() throws {
    for z in 0..<2 { try add(slice("1", "1", z: Double(z)), "one/\(z)") }
    try folder.write(NIfTIFile(sides: [4, 4, 2]).bytes, as: "two.nii")
    try folder.write("labels.csv", "path,label\none/0,a\none/1,b\ntwo.nii,c\n")
    let byPath = try ImageFolder(folder.path, labelFile: folder.path("labels.csv"))
    #expect(byPath.labels?.classes == ["a", "b", "c"] && byPath.labels?.classIndices == [0, 1, 2, 2])
    try folder.write(
      "named.csv", "path,label\n\"patient 1, slice 2\",a\n\"patient 2, slice 1\",b\n\"patient 2, slice 2\",c\n")
    let byName = try ImageFolder(folder.path, labelFile: folder.path("named.csv"))
    #expect(byName.labels?.classIndices == [nil, 0, 1, 2])
  }

  @Test func whatIsOddIsSaid() throws {
    for (name, z) in [("a", 0.0), ("b", 1), ("c", 2), ("d", 3), ("e", 9), ("f", 9)] {
      try add(slice("1", "1", z: z, level: name == "f" ? 3 : 0), name)
    }
    var scan = slice("1", "2", z: nil, modality: "CT")
    scan[0x0010_0010] = .text("PN", "Doe^John")
    try add(scan, "g")
    scan[0x0010_0010] = .text("PN", "Roe^Jane")
    scan[0x0028_0301] = .text("CS", "YES")
    try add(scan, "h")
    let collection = try ImageCollection(
      scanning: [folder.path], Annotations(), ImageConfiguration(imageSize: 16, views: .intensity))
    let notes = collection.notes.joined(separator: "\n")
    #expect(notes.contains("1 slice lies at the place of another"), "\(notes)")
    #expect(notes.contains("1 volume lacks slices"), "\(notes)")
    let warnings = collection.warnings.joined(separator: "\n")
    #expect(warnings.contains("1 of 8 pictures say that texts are burned into them"), "\(warnings)")
    #expect(warnings.contains("of different kinds (MR 6, CT 2)"), "\(warnings)")
    #expect(warnings.contains("patient 1 has files with different names"), "\(warnings)")
    for word in ["Doe", "Roe", folder.url.lastPathComponent] { #expect(!(notes + warnings).contains(word)) }
  }

  @Test func whatCannotBeReadHasNoNameEither() throws {
    for name in ["Doe.dcm", "Roe.dcm"] { try folder.write([1, 2, 3], as: name) }
    let error = #expect(throws: DatasetError.self) { try ImageFolder(folder.path) }
    let sentence = error?.description ?? ""
    #expect(!sentence.contains("Doe") && sentence.contains("None of the 2 candidates"), "\(sentence)")
  }

  @Test func copiesAreToldFromFramesOfOneFile() throws {
    try add(DICOMFile(grey: Array(0..<32), width: 4, bits: 8, frames: 2), "a")
    try add(DICOMFile(grey: Array(0..<32), width: 4, bits: 8, frames: 2), "b")
    let collection = try ImageCollection(
      scanning: [folder.path], Annotations(), ImageConfiguration(imageSize: 16, views: .intensity))
    let keys = (0..<4).map { collection.fingerprint(of: $0) }
    #expect(Set(keys).count == 2 && keys[0] != keys[1] && keys[0] == keys[2])
  }

  @Test func viewsOfCTHaveRandomWindowsAndOthersHaveNone() throws {
    for (z, patient) in ["1", "1", "2"].enumerated() {
      try add(slice(patient, patient, z: Double(z), level: 100 * z, modality: "CT"), "\(z)")
    }
    let request = DataRequest(
      options: [:], presets: [], chosenPreset: nil, method: nil, kind: "pictures")
    // Without presets there is nothing to propose; the window follows from the contents.
    #expect(throws: (any Error).self) { try ImageFolder(folder.path).propose(request) }
    #expect(try ImageFolder(folder.path).contents.medical?.isAbsolute == true)
    var configuration = ImageConfiguration(imageSize: 16, views: .intensity)
    configuration.setWindow(ImageRecipe.hounsfieldWindow)
    configuration.use(.small)
    #expect(configuration.recipe.window == ImageRecipe.hounsfieldWindow)
    #expect(configuration.recipe.supervised.window == ImageRecipe.hounsfieldWindow)
    #expect(ImageRecipe.centre.window == nil)
  }
}
