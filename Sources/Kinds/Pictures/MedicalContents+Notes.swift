import Samples
import Settings

// What users have to know of medical files; nothing in it identifies a patient.
extension MedicalContents {
  func notes(_ rule: MeasuredValues) -> [String] {
    let count = origins.count
    var notes = [
      "\(Figure.counted(count, "picture")) in \(Figure.counted(volumeCount, "volume")) of "
        + "\(Figure.counted(groupCount, "group")), by \(groupedBy.joined(separator: ", else by ")): no division divides a "
        + "group.",
      "Names of files and patients are not shown. What stands behind names such as 'patient 3, slice 41' is in "
        + "private-key.csv of the run, which stays on this machine, as samples.json does.",
    ]
    let absolute = origins.count(where: \.isAbsolute)
    let ranges = [
      absolute > 0
        ? "of \(absolute), \(Figure.number(Double(rule.hounsfield.lowerBound))) to "
          + "\(Figure.number(Double(rule.hounsfield.upperBound))) Hounsfield units become 0 to 1" : nil,
      absolute < count
        ? "of \(count - absolute), \(Figure.percent(Double(rule.tail))) of the values of a volume, or else of a picture, are "
          + "clipped at each end" : nil,
    ].compactMap(\.self)
    notes.append("Values: \(ranges.joined(separator: "; ")). Padding does not count.")
    if doubledCount > 0 {
      notes.append(
        "\(Figure.counted(doubledCount, "slice")) \(doubledCount == 1 ? "lies" : "lie") at the place of another of the same "
          + "volume; the numbers in the files decide the order.")
    }
    if incompleteCount > 0 {
      notes.append(
        "\(Figure.counted(incompleteCount, "volume")) \(incompleteCount == 1 ? "lacks" : "lack") slices between others."
      )
    }
    return notes
  }

  var modalities: String {
    var counts: [String: Int] = [:]
    for origin in origins { counts[origin.modality ?? "unknown", default: 0] += 1 }
    return listed(
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }, limit: 6)
  }

  /// Without a full stop each.
  var warnings: [String] {
    func some(_ count: Int, _ what: String, _ risk: String) -> String? {
      count == 0 ? nil : "\(count) of \(origins.count) pictures \(what): \(risk)"
    }
    let look =
      "names and dates may be written in the pixels, which previews in reports show; look at some before you share them"
    let kinds = Set(origins.map(\.modality))
    return [
      some(origins.count(where: \.isBurnedIn), "say that texts are burned into them", look),
      some(origins.count { $0.isUltrasound && !$0.isBurnedIn }, "are of ultrasound", look),
      some(
        origins.count { $0.isCaptured && !$0.isUltrasound && !$0.isBurnedIn },
        "were captured from a screen or a film", look),
      kinds.count > 1
        ? "the pictures are of different kinds (\(modalities)), so that a method may learn to tell these apart and little more; "
          + "make a run of each" : nil,
      sharedIdentifiers.isEmpty
        ? nil
        : "\(listed(sharedIdentifiers, limit: 3)) \(sharedIdentifiers.count == 1 ? "has" : "have") files with different names or "
          + "dates of birth under one identifier: they count as one group",
    ].compactMap(\.self)
  }
}
