import Settings

/// A sample that is one of several in a file, or whose file has a name that must not be seen.
package struct SamplePart: Sendable, Equatable, Codable {
  /// The place in the file, from 0.
  package var frame: Int
  /// What the sample is called instead of its file: "patient 3, slice 41", "drive.mp4 at 3.5 s".
  package var alias: String?
  /// Whether the name of the file must not be seen; nil for no.
  package var hidesFile: Bool?
  /// The name of the group that the sample belongs to, if its file says so.
  package var group: String?
  /// The volume or recording that the sample belongs to.
  package var sequence: Int?
  /// The place in it: millimetres in a volume, seconds in a recording; nil where only the order is known.
  package var position: Double?
  /// The values that become 0 and 1, if they were measured for the volume.
  package var lowest: Float?
  package var highest: Float?
  /// How many pictures of a second of the video are samples; nil where the file is none.
  package var rate: Double?

  package init(
    frame: Int, alias: String? = nil, hidesFile: Bool? = nil, group: String? = nil, sequence: Int? = nil,
    position: Double? = nil, lowest: Float? = nil, highest: Float? = nil, rate: Double? = nil
  ) {
    self.hidesFile = hidesFile
    self.rate = rate
    self.frame = frame
    self.alias = alias
    self.group = group
    self.sequence = sequence
    self.position = position
    self.lowest = lowest
    self.highest = highest
  }

  /// The values that become 0 and 1; nil unless both are known and in order.
  package var range: ClosedRange<Float>? {
    guard let lowest, let highest, lowest <= highest else { return nil }
    return lowest...highest
  }
}

extension SamplePart: Validated {
  package func validate() throws(SettingError) {
    try check(frame, in: 0...Int(Int32.max), "frame")
    if let rate { try check(rate, in: 0.001...1000, "rate") }
    if let position { try check(position, in: -1e9...1e9, "position") }
    for (value, name) in [(lowest, "lowest"), (highest, "highest")] {
      if let value { try check(value, in: -Float.greatestFiniteMagnitude...Float.greatestFiniteMagnitude, name) }
    }
  }
}

extension Groups {
  /// The groups that the files say; nil if none does.
  init?(partsOf files: FileList) {
    let names = files.samples.map { $0.part?.group }
    guard names.contains(where: { $0 != nil }) else { return nil }
    self.init(names)
  }
}
