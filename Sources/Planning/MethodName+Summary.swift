extension MethodName {
  /// What the method does, in half a sentence.
  public var summary: String {
    switch self {
    case .simclr: "two views of a sample attract, all other samples of the batch repel"
    }
  }

  /// The paper.
  public var source: String {
    switch self {
    case .simclr: "Chen et al. 2020, arXiv:2002.05709"
    }
  }

  /// Those with numbers for this method.
  public var presets: [Preset] {
    Preset.Name.allCases.map(Preset.init).filter { $0.method.name == self }
  }
}

extension Preset.Method {
  public var name: MethodName {
    switch self {
    case .simCLR: .simclr
    }
  }
}
