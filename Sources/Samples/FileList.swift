import Settings

/// The files that make up a dataset, one a sample, in an order that depends on their names alone.
public struct FileList: Sendable, Equatable, Codable {
  /// A folder that samples are named from.
  public struct Root: Sendable, Equatable, Codable {
    /// Absolute, without symbolic links.
    public let path: String
    /// Stands before the names of its samples; empty where there is one root, else as much of the end of its path as
    /// tells the roots apart.
    public let prefix: String

    public init(path: String, prefix: String) {
      self.path = path
      self.prefix = prefix
    }
  }

  public struct Sample: Sendable, Equatable, Codable {
    public let root: Int
    /// From the root, with `/` between components.
    public let relativePath: String

    public init(root: Int, relativePath: String) {
      self.root = root
      self.relativePath = relativePath
    }
  }

  public let roots: [Root]
  public let samples: [Sample]

  /// A list stored with a run: what was found then is not looked for again.
  public init(roots: [Root], samples: [Sample]) {
    self.roots = roots
    self.samples = samples
  }

  public var count: Int { samples.count }

  /// How a sample is called: its path from its root, behind the root's prefix where there are several.
  public func name(of sample: Int) -> String {
    let root = roots[samples[sample].root]
    return root.prefix.isEmpty ? samples[sample].relativePath : root.prefix + "/" + samples[sample].relativePath
  }

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
    for (place, sample) in samples.enumerated() where !roots.indices.contains(sample.root) {
      throw SettingError(
        "samples[\(place)].root", sample.root, expected: "the place of one of the \(roots.count) roots, from 0")
    }
  }
}
