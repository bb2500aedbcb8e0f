extension FileListing {
  /// Which file stands behind each name, where names of files must not be seen; nil elsewhere.
  public var key: String? { ownKey ?? (files.isPrivate ? files.key(skipped: []) : nil) }
}

extension FileList {
  /// What a file that cannot be read is called where names must not be seen.
  ///
  /// - Parameter place: among those that were skipped, from 0.
  static func alias(ofSkipped place: Int) -> String { "file \(place + 1)" }

  /// A CSV with the file behind the name of each sample, and of what was skipped.
  func key(skipped: [SampleError]) -> String {
    func field(_ text: String) -> String {
      text.contains { $0 == "," || $0 == "\"" || $0.isNewline } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
    let rows = samples.indices.map { "\(field(name(of: $0))),\(field(path(of: $0))),\(samples[$0].part?.frame ?? 0)" }
    let others = skipped.enumerated().map { "\(Self.alias(ofSkipped: $0)),\(field($1.name))," }
    return (["name,path,frame"] + rows + others).joined(separator: "\n") + "\n"
  }
}
