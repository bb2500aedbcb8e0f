import Files
import Foundation
import Samples

/// Which files beside the headers of a folder belong to them: those of samples, of WFDB records.
struct FolderHeaders {
  /// What the headers of each folder name.
  private var named: [String: Set<String>] = [:]

  /// Whether a header beside a file names it. Headers are read once a folder.
  mutating func name(_ path: String) -> Bool {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    if let known = named[folder] { return known.contains(url.lastPathComponent) }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var names: Set<String> = []
    for header in all where header.lowercased().hasSuffix(".hea") {
      let bytes = FileManager.default.contents(atPath: folder + "/" + header) ?? Data()
      names.formUnion(SeriesFile.companions(of: header, [UInt8](bytes)))
    }
    named[folder] = names
    return names.contains(url.lastPathComponent)
  }
}
