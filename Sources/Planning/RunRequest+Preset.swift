extension RunRequest {
  /// The preset that was asked for, by itself or by its method; what was measured for another kind of data is refused.
  func chosenPreset(among known: [Preset.Name], usual: Preset.Name, kind: String) throws(Refusal) -> Preset {
    if let name = preset {
      guard known.contains(name) else {
        throw Refusal(Preset(name), isNotFor: kind, known: known)
      }
      if let method, method != Preset(name).method.name {
        throw Refusal(
          "--preset \(name.rawValue) is of the method \(Preset(name).method.name.rawValue), not "
            + "\(method.rawValue); leave one of the two out")
      }
      return Preset(name)
    }
    guard let method, method != Preset(usual).method.name else { return Preset(usual) }
    guard let first = known.first(where: { Preset($0).method.name == method }) else {
      let methods = Set(known.map { Preset($0).method.name.rawValue }).sorted()
      throw Refusal(
        "--method \(method.rawValue) wants views that \(kind) do not have; choose one of "
          + methods.joined(separator: ", "))
    }
    return Preset(first)
  }

  /// Refuses the first option that was given and has no meaning here.
  func refuse(_ options: [(name: String, isGiven: Bool)], becauseOf what: String) throws(Refusal) {
    if let given = options.first(where: \.isGiven) {
      throw Refusal("\(given.name) has no meaning for \(what); leave it out")
    }
  }
}

extension RunRequest.Refusal {
  init(_ preset: Preset, isNotFor kind: String, known: [Preset.Name] = []) {
    let others = known.isEmpty ? "another" : "one of " + known.map(\.rawValue).joined(separator: ", ")
    self.init("--preset \(preset.name.rawValue) is not for \(kind); choose \(others)")
  }
}
