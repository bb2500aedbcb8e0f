extension MethodName {
  /// What the method does, in half a sentence.
  public var summary: String {
    switch self {
    case .simclr: "two views of a sample attract, all other samples of the batch repel"
    case .scarf: "of tables: a row attracts itself with cells replaced, all other rows of the batch repel"
    case .vime: "of tables: which cells of a row were replaced, and what stood in them"
    }
  }

  /// The paper.
  public var source: String {
    switch self {
    case .simclr: "Chen et al. 2020, arXiv:2002.05709"
    case .scarf: "Bahri et al. 2022, arXiv:2106.15147"
    case .vime: "Yoon et al. 2020, NeurIPS 33"
    }
  }

  /// Those with numbers for this method.
  public var presets: [Preset] {
    Preset.Name.allCases.map(Preset.init).filter { $0.method.name == self }
  }
}
