import Settings

/// The files of a dataset, one for each sample, in an order that depends only on their names.
public struct FileList: Sendable, Equatable, Codable {
  /// A folder that the names of samples are relative to.
  public struct Root: Sendable, Equatable, Codable {
    /// Absolute, without symbolic links.
    public let path: String
    /// Precedes the names of its samples: empty if there is only one root, otherwise the shortest end of its path that
    /// tells the roots apart.
    public let prefix: String
    /// Whether all files of the folder were looked for, and not a few that were named; nil where version 0.1 listed
    /// them.
    public let isSearched: Bool?

    public init(path: String, prefix: String, isSearched: Bool? = nil) {
      self.path = path
      self.prefix = prefix
      self.isSearched = isSearched
    }
  }

  public struct Sample: Sendable, Equatable, Codable {
    public let root: Int
    /// Relative to the root, with `/` between components.
    public let relativePath: String
    /// Nil where the file is the sample.
    package let part: SamplePart?

    public init(root: Int, relativePath: String) { self.init(root: root, relativePath: relativePath, part: nil) }

    package init(root: Int, relativePath: String, part: SamplePart?) {
      self.root = root
      self.relativePath = relativePath
      self.part = part
    }
  }

  public let roots: [Root]
  public let samples: [Sample]

  /// A list that was stored with a run, so that nothing is searched for again.
  public init(roots: [Root], samples: [Sample]) {
    self.roots = roots
    self.samples = samples
  }

  public var count: Int { samples.count }

  /// The name of a sample: its path from its root, after the root's prefix if there are several roots; or what stands for
  /// it where names of files must not be seen.
  public func name(of sample: Int) -> String { samples[sample].part?.alias ?? fileName(of: sample) }

  /// The name of the file that a sample is in.
  package func fileName(of sample: Int) -> String {
    let root = roots[samples[sample].root]
    return root.prefix.isEmpty ? samples[sample].relativePath : root.prefix + "/" + samples[sample].relativePath
  }

  /// Whether names of files must not be seen.
  package var isPrivate: Bool { samples.contains { $0.part?.hidesFile == true } }

  /// Absolute.
  public func path(of sample: Int) -> String {
    roots[samples[sample].root].path + "/" + samples[sample].relativePath
  }

  public var names: [String] { samples.indices.map(name(of:)) }

  /// The samples for which `isKept` holds.
  package func filtered(_ isKept: (Int) -> Bool) -> FileList {
    FileList(roots: roots, samples: samples.indices.filter(isKept).map { samples[$0] })
  }
}

extension FileList: Validated {
  public func validate() throws(SettingError) {
    for (place, root) in roots.enumerated() where !root.path.hasPrefix("/") {
      throw SettingError("roots[\(place)].path", "'\(root.path)'", expected: "an absolute path")
    }
    for (place, sample) in samples.enumerated() {
      guard roots.indices.contains(sample.root) else {
        throw SettingError(
          "samples[\(place)].root", sample.root, expected: "the place of one of the \(roots.count) roots, from 0")
      }
      if let part = sample.part { try Settings.validate(part, under: "samples[\(place)].part") }
    }
  }
}
