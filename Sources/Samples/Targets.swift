/// What a supervised model predicts for a sample.
package enum TargetKind: Codable, Sendable, Equatable {
  /// Exactly one of these classes.
  case oneOf([String])
  /// None, one or several of these classes.
  case anyOf([String])
  /// A number; the string names what it measures.
  case number(String)

  /// Empty for a number.
  package var classes: [String] {
    switch self {
    case .oneOf(let classes), .anyOf(let classes): classes
    case .number: []
    }
  }

  /// The number of outputs that a model has for a sample.
  package var outputCount: Int {
    if case .number = self { 1 } else { classes.count }
  }
}

/// Where the target values are.
package enum TargetRequest: Sendable, Equatable {
  /// In the labels: one class for each sample, or several separated by semicolons.
  case labels
  /// In a column of numbers of the label file or the table.
  case number(column: String)
  /// In columns of 0 and 1, one for each class.
  case memberships(columns: [String])

  package var columns: [String] {
    switch self {
    case .labels: []
    case .number(let column): [column]
    case .memberships(let columns): columns
    }
  }
}

/// The target values of samples, as far as they are known. Never an input of a model.
package struct Targets: Sendable, Equatable {
  package let kind: TargetKind
  /// The split of each sample; nil if none is given.
  package let splits: [Labels.Split?]
  /// Sentences for the user about how the values were read.
  package let notes: [String]
  /// The class, the classes or the number of each sample; nil if unknown.
  private let values: [[Float]?]

  /// Separates the classes of a sample that has several.
  static let separator: Character = ";"

  /// The classes in labels; nil if no sample has a label.
  package init?(_ labels: Labels) {
    guard labels.classes.contains(where: { $0.contains(Self.separator) }) else {
      guard let single = Targets(oneOf: labels) else { return nil }
      self = single
      return
    }
    splits = labels.splits
    let parts = labels.classes.map { label in
      label.split(separator: Self.separator).compactMap { LabelReading.label(String($0)) }
    }
    let classes = Labels(Array(Set(parts.joined()))).classes
    let index = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    let rows = parts.map { names in
      var row = [Float](repeating: 0, count: classes.count)
      for name in names { if let place = index[name] { row[place] = 1 } }
      return row
    }
    kind = .anyOf(classes)
    values = labels.classIndices.map { $0.map { rows[$0] } }
    notes = labels.notes + ["Some labels name several classes, separated by ';': there are \(classes.count) classes."]
  }

  /// One class for each sample, even if some labels have semicolons; nil if no sample has a label.
  package init?(oneOf labels: Labels) {
    guard !labels.classes.isEmpty else { return nil }
    kind = .oneOf(labels.classes)
    splits = labels.splits
    notes = labels.notes
    values = labels.classIndices.map { $0.map { [Float($0)] } }
  }

  /// - Parameter columns: as `SampleCollection.numbers(in:of:)` gives them for the columns of `request`.
  /// - Parameter notation: how the numbers are written; nil for 1638.23.
  package init(
    _ request: TargetRequest, _ columns: [[Double?]], splits: [Labels.Split?], notation: NumberNotation? = nil
  ) {
    let names = request.columns
    let count = splits.count
    values = (0..<count).map { sample in
      let row = columns.compactMap { $0[sample].map(Float.init) }
      return row.count == names.count ? row : nil
    }
    if case .memberships = request { kind = .anyOf(names) } else { kind = .number(names.first ?? "") }
    self.splits = splits
    let unknown = values.count { $0 == nil }
    let what = names.map { "'\($0)'" }.joined(separator: ", ")
    var notes: [String] = []
    if let notation {
      let doubt = notation.isAssumed ? "; no value shows whether its marks separate thousands or a fraction" : ""
      notes.append("Of \(what) \(notation.sentence)\(doubt).")
    }
    if unknown > 0 {
      notes.append(
        "\(unknown) of \(count) samples have no value of \(what) and are neither trained on nor evaluated.")
    }
    self.notes = notes
  }

  package var count: Int { values.count }

  /// The outputs that a model should have for a sample: 1 for its class or classes and 0 for the others; or the number.
  /// Nil if unknown.
  package func row(of sample: Int) -> [Float]? {
    guard let value = values[sample] else { return nil }
    guard case .oneOf(let classes) = kind else { return value }
    var row = [Float](repeating: 0, count: classes.count)
    row[Int(value[0])] = 1
    return row
  }

  /// The index of the sample's class, if each sample has exactly one.
  package func classIndex(of sample: Int) -> Int? {
    guard case .oneOf = kind else { return nil }
    return values[sample].map { Int($0[0]) }
  }

  package var hasSplits: Bool { splits.contains { $0 != nil } }

  package var knownSamples: [Int] { values.indices.filter { values[$0] != nil } }

  package func samples(in split: Labels.Split) -> [Int] { knownSamples.filter { splits[$0] == split } }

  /// The stratum of each of `samples`, for stratified draws: the class, the set of classes, or one of up to ten equally
  /// large parts of the sorted numbers.
  package func strata(of samples: [Int]) -> [Int] {
    switch kind {
    case .oneOf: return samples.map { classIndex(of: $0) ?? -1 }
    case .anyOf:
      let sets = samples.map { values[$0] ?? [] }
      var numbers: [[Float]: Int] = [:]
      return sets.map { set in
        let number = numbers[set] ?? numbers.count
        numbers[set] = number
        return number
      }
    case .number:
      let order = samples.indices.sorted { (values[samples[$0]]?[0] ?? 0, $0) < (values[samples[$1]]?[0] ?? 0, $1) }
      let parts = max(1, min(10, samples.count / 5))
      var strata = [Int](repeating: 0, count: samples.count)
      for (rank, place) in order.enumerated() { strata[place] = rank * parts / max(1, samples.count) }
      return strata
    }
  }
}
