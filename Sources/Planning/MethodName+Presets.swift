import Methods

extension MethodName {
  /// Those with numbers for this method.
  public var presets: [Preset] { Preset.Name.allCases.map(Preset.init).filter { $0.method == self } }
}
