import Learning
import Samples
import Settings

/// The recorded list by which a run finds its clips again.
public struct SoundListing: SampleList {
  /// Files, each once.
  let files: FileListing
  let clips: [SoundClip]

  public var count: Int { clips.count }
  public var groups: GroupSource? { files.groups }
  public var labels: String? { files.labels }
  public var places: [String] { files.places }
  public var missingPlaces: [String] { files.missingPlaces }

  public func filePaths(skipped: [String]) -> [String] { files.filePaths(skipped: skipped) }

  public func moved(to places: [String]) throws(DatasetError) -> SoundListing {
    SoundListing(files: try files.moved(to: places), clips: clips)
  }

  public func labelled(by file: String?) -> SoundListing {
    SoundListing(files: files.labelled(by: file), clips: clips)
  }

  public func countShared(with other: SoundListing) -> Int {
    func keys(_ list: SoundListing) -> [String] {
      list.clips.map { "\($0.start) \($0.count) \(list.files.files.path(of: $0.file))" }
    }
    let known = Set(keys(other))
    return keys(self).count(where: known.contains)
  }

  public func prefix(_ count: Int) -> SoundListing { SoundListing(files: files, clips: Array(clips.prefix(count))) }

  public var contents: UInt64? {
    files.contents.map { contents in
      fingerprint(of: "\(contents) \(clips.map { "\($0.file) \($0.start) \($0.count)" }.joined(separator: "\n"))".utf8)
    }
  }
}

extension SoundListing: Validated {
  public func validate() throws(SettingError) {
    try Settings.validate(files, under: "files")
    guard !clips.isEmpty else {
      throw SettingError("clips", "an empty list", expected: "a list of at least one clip")
    }
    for (place, clip) in clips.enumerated() {
      try check(clip.file, in: 0...files.count - 1, "clips[\(place)].file")
      try check(clip.start, in: 0...SoundConfiguration.mostSamples, "clips[\(place)].start")
      try check(clip.count, in: 1...SoundConfiguration.mostSamples, "clips[\(place)].count")
    }
  }
}
