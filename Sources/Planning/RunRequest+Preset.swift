import Methods

extension RunRequest {
  /// The preset that was asked for, by itself or by its method; what was measured for another kind of data is refused.
  ///
  /// - Parameter isSmallSet: then a method's preset for few samples is preferred.
  func chosenPreset(
    among known: [Preset.Name], usual: Preset.Name, isSmallSet: Bool = false, kind: String
  ) throws(Refusal) -> Preset {
    if let name = preset {
      guard known.contains(name) else {
        throw Refusal(Preset(name), isNotFor: kind, known: known)
      }
      if let method, method != Preset(name).method {
        throw Refusal(
          "--preset \(name.rawValue) is of the method \(Preset(name).method.rawValue), not "
            + "\(method.rawValue); leave one of the two out")
      }
      return Preset(name)
    }
    guard let method, method != Preset(usual).method else { return Preset(usual) }
    let ofMethod = known.map(Preset.init).filter { $0.method == method }
    guard let chosen = ofMethod.first(where: { $0.isSmall == isSmallSet }) ?? ofMethod.first else {
      let methods = Set(known.map { Preset($0).method.rawValue }).sorted()
      throw Refusal(
        "--method \(method.rawValue) wants views that \(kind) do not have; choose one of "
          + methods.joined(separator: ", "))
    }
    return chosen
  }

  /// The preset's method with the numbers that were asked for, and where these differ.
  func method(of preset: Preset, _ sizes: Preset.Sizes) throws(Refusal) -> (MethodConfiguration, [Departure]) {
    let published = preset.methodNumbers(sizes)
    try refuseNumbers(of: published)
    let chosen = applied(to: published, features: sizes.features)
    return (
      chosen,
      [
        Departure("temperature", chosen.temperature ?? 0, preset: published.temperature ?? 0),
        Departure(
          "projector", chosen.projector?.shortName(features: sizes.features) ?? "",
          preset: published.projector?.shortName(features: sizes.features) ?? ""),
      ].compactMap(\.self)
    )
  }

  /// Refuses numbers that a method does not have.
  func refuseNumbers(of method: MethodConfiguration) throws(Refusal) {
    try refuse(
      [
        ("--temperature", temperature != nil && method.temperature == nil),
        ("--projector", projector != nil && method.projector == nil),
      ], becauseOf: "the method \(method.name.rawValue)")
  }

  /// - Parameter features: of the backbone, for which a projector that is named is built.
  func applied(to method: MethodConfiguration, features: Int) -> MethodConfiguration {
    var method = method
    if let temperature { method.temperature = temperature }
    if let projector { method.projector = projector.configuration(features: features) }
    return method
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
