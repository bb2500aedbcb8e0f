import Samples
import Settings

/// Of which picture the second view of a pair is.
package enum Positives: String, Codable, Sendable, CaseIterable, OptionConvertible {
  case sameImage = "same-image"
  /// The slice beside it in the volume, or the frame before or after it.
  case neighbour
  /// Another picture of the group, such as of the same patient.
  case group
}

/// The rows that pictures lie in: slices of a volume, frames of a recording.
struct PictureOrder: Sendable, Equatable {
  /// Samples of each row in its order, and how far along it they are: in mm, in seconds, or as numbers of frames.
  let rows: [[(sample: Int, position: Double)]]

  static func == (first: Self, second: Self) -> Bool {
    first.rows.elementsEqual(second.rows) { $0.elementsEqual($1) { $0 == $1 } }
  }

  /// Where files do not say their rows, those of a folder are one, in the order of the last number in their names.
  ///
  /// - Parameter rate: how many files of a folder are of one second; nil to count files.
  init(of files: FileList, rate: Double? = nil) {
    var rows: [String: [(sample: Int, position: Double)]] = [:]
    var names: [String] = []
    func add(_ sample: Int, _ position: Double, to row: String) {
      if rows[row] == nil { names.append(row) }
      rows[row, default: []].append((sample, position))
    }
    for (sample, file) in files.samples.enumerated() {
      if let part = file.part, let sequence = part.sequence {
        // Slices without a place are as far apart as their numbers.
        add(sample, part.position ?? Double(rows["\(sequence)"]?.count ?? 0), to: "\(sequence)")
      } else {
        let path = files.path(of: sample)
        let folder = path.pathComponents.dropLast().joined(separator: "/")
        add(sample, Self.number(in: String(path.pathComponents.last ?? "")) / (rate ?? 1), to: "/" + folder)
      }
    }
    self.rows = names.map { name in
      (rows[name] ?? []).sorted { ($0.position, $0.sample) < ($1.position, $1.sample) }
    }
  }

  /// The last number in the name of a file, without its ending: 17 in "drive3-000017.png"; 0 where there is none.
  static func number(in name: String) -> Double {
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    let digits = stem.reversed().drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
    return Double(String(digits.reversed())) ?? 0
  }
}

/// Which picture the second view of each sample is of.
package struct Partners: Sendable, Equatable {
  /// Those to choose from; a sample without any has itself.
  private let choices: [[Int]]
  /// Whether those are neighbours, and not merely of the same group.
  private let areNear: Bool

  /// For each sample the pictures beside it; nil where partners are of the same group, which may be unlike.
  var neighbours: [[Int]]? { areNear ? choices : nil }

  /// Those of the same row at most `gap` away; without it, the ones before and after.
  init(neighboursIn order: PictureOrder, gap: Double?) {
    var choices = [[Int]](repeating: [], count: order.rows.reduce(0) { $0 + $1.count })
    for row in order.rows {
      for (place, member) in row.enumerated() {
        if let gap {
          var found: [Int] = []
          for other in row[..<place].reversed() {
            if member.position - other.position > gap { break }
            found.append(other.sample)
          }
          for other in row[(place + 1)...] {
            if other.position - member.position > gap { break }
            found.append(other.sample)
          }
          choices[member.sample] = found
        } else {
          choices[member.sample] = [place - 1, place + 1].filter(row.indices.contains).map { row[$0].sample }
        }
      }
    }
    self.choices = choices
    areNear = true
  }

  /// Those of the same group; nil stands for a group of its own.
  init(inGroups groups: [Int?]) {
    let members = Dictionary(grouping: groups.indices.filter { groups[$0] != nil }) { groups[$0] }
    choices = groups.enumerated().map { sample, group in
      group.flatMap { members[$0] }?.filter { $0 != sample } ?? []
    }
    areNear = false
  }

  /// How many samples have another picture to choose.
  var count: Int { choices.count { !$0.isEmpty } }

  /// A pure function of seed, epoch and sample.
  func partner(of sample: Int, epoch: Int, seed: UInt64) -> Int {
    guard choices.indices.contains(sample), !choices[sample].isEmpty else { return sample }
    var generator = ViewGenerator(seed: seed, epoch: epoch, sample: sample, view: Self.reservedView)
    return choices[sample][generator.integer(below: choices[sample].count)]
  }

  /// A number that no view has.
  private static let reservedView = -1
}
