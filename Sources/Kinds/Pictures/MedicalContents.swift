import Samples
import Settings

/// The pictures of medical files, each a sample: named without what identifies a patient, in groups, and in the order of
/// their volumes.
package struct MedicalContents: Sendable, Equatable {
  /// What the files say of each sample.
  let origins: [FrameOrigin]
  /// How many groups and volumes there are.
  let groupCount: Int
  let volumeCount: Int
  /// What the groups are named by: "patient", "study", "series", "folder" or "file"; several if files differ.
  let groupedBy: [String]
  /// The names of groups whose files have one identifier and different persons.
  let sharedIdentifiers: [String]
  /// How many slices lie at the place of another one of their volume.
  let doubledCount: Int
  /// How many volumes lack slices between others.
  let incompleteCount: Int

  /// Whether all samples are grey values in Hounsfield units.
  var isAbsolute: Bool { origins.allSatisfy(\.isAbsolute) }

  /// Lists the pictures of `files`, each of which is one file so far.
  ///
  /// - Parameter origins: what a file says of each of its pictures.
  static func listing(
    _ files: FileList, origins: (_ path: String) -> [FrameOrigin]
  ) -> (files: FileList, contents: MedicalContents) {
    var frames = files.samples.indices.flatMap { file in
      origins(files.path(of: file)).enumerated().map { Frame(file: file, frame: $0.offset, origin: $0.element) }
    }
    let groups = Grouping(files, frames)
    for place in frames.indices { frames[place].group = groups.index(of: frames[place]) }
    var volumes = Volumes(files, frames)
    volumes.sort()
    let names = Names(frames, volumes.members)
    var samples: [FileList.Sample] = []
    var sorted: [FrameOrigin] = []
    for (number, members) in volumes.members.enumerated() {
      for (slice, member) in members.enumerated() {
        let frame = frames[member]
        let file = files.samples[frame.file]
        let part = SamplePart(
          frame: frame.frame, alias: names.alias(volume: number, slice: slice), hidesFile: true,
          group: names.group(ofVolume: number),
          sequence: number, position: frame.origin.position)
        samples.append(FileList.Sample(root: file.root, relativePath: file.relativePath, part: part))
        sorted.append(frame.origin)
      }
    }
    let contents = MedicalContents(
      origins: sorted, groupCount: groups.count, volumeCount: volumes.members.count,
      groupedBy: groups.sources, sharedIdentifiers: names.groups(withSeveralPersons: frames),
      doubledCount: volumes.doubledCount(frames), incompleteCount: volumes.incompleteCount(frames))
    return (FileList(roots: files.roots, samples: samples), contents)
  }

  struct Frame {
    let file: Int
    let frame: Int
    let origin: FrameOrigin
    var group = 0
  }
}

/// Which pictures are of one patient: by what the files say, else by their folders.
private struct Grouping {
  private enum Key: Hashable {
    case patient(UInt64)
    case study(UInt64)
    case series(UInt64)
    case folder(String)
    case file(Int)
  }

  private let files: FileList
  private let hasFolders: Bool
  private var known: [Key: Int] = [:]
  private(set) var sources: [String] = []

  var count: Int { known.count }

  init(_ files: FileList, _ frames: [MedicalContents.Frame]) {
    self.files = files
    hasFolders = Set(files.samples.indices.map { Self.folder(of: $0, files) }).count > 1
    var sources: Set<String> = []
    for frame in frames {
      let key = key(of: frame)
      if known[key] == nil { known[key] = known.count }
      sources.insert(Self.name(of: key))
    }
    self.sources = ["patient", "study", "series", "folder", "file"].filter(sources.contains)
  }

  func index(of frame: MedicalContents.Frame) -> Int { known[key(of: frame)] ?? 0 }

  private func key(of frame: MedicalContents.Frame) -> Key {
    if let patient = frame.origin.patient { return .patient(patient) }
    if let study = frame.origin.study { return .study(study) }
    if let series = frame.origin.series { return .series(series) }
    // One folder for all would be one group for all.
    return hasFolders ? .folder(Self.folder(of: frame.file, files)) : .file(frame.file)
  }

  private static func name(of key: Key) -> String {
    switch key {
    case .patient: "patient"
    case .study: "study"
    case .series: "series"
    case .folder: "folder"
    case .file: "file"
    }
  }

  fileprivate static func folder(of file: Int, _ files: FileList) -> String {
    files.path(of: file).pathComponents.dropLast().joined(separator: "/")
  }
}

/// Slices that belong together, in the order of their places.
private struct Volumes {
  private struct Key: Hashable {
    let group: Int
    let series: UInt64?
    /// Where there is no series: the file that holds several pictures, or the folder.
    let place: String?
    let plane: UInt64
  }

  private let frames: [MedicalContents.Frame]
  /// The places of the frames of each volume.
  private(set) var members: [[Int]] = []

  init(_ files: FileList, _ frames: [MedicalContents.Frame]) {
    self.frames = frames
    let several = Set(frames.filter { $0.frame > 0 }.map(\.file))
    var known: [Key: Int] = [:]
    for (place, frame) in frames.enumerated() {
      let series = frame.origin.series
      let own =
        series != nil
        ? nil : several.contains(frame.file) ? "\(frame.file)" : Grouping.folder(of: frame.file, files)
      let key = Key(group: frame.group, series: series, place: own, plane: frame.origin.plane)
      if let number = known[key] {
        members[number].append(place)
      } else {
        known[key] = members.count
        members.append([place])
      }
    }
  }

  /// By position along the normal, then by the number that the file says, then by file and frame. Volumes of a group follow
  /// each other.
  mutating func sort() {
    let frames = frames
    for number in members.indices {
      members[number].sort { first, second in
        let (a, b) = (frames[first].origin, frames[second].origin)
        let (here, there) = (a.position ?? .infinity, b.position ?? .infinity)
        if here != there { return here < there }
        let (one, other) = (a.number ?? .infinity, b.number ?? .infinity)
        return one != other ? one < other : first < second
      }
    }
    let order = members.indices.sorted {
      (frames[members[$0][0]].group, $0) < (frames[members[$1][0]].group, $1)
    }
    members = order.map { members[$0] }
  }

  private func positions(_ volume: [Int], _ frames: [MedicalContents.Frame]) -> [Double] {
    volume.compactMap { frames[$0].origin.position }
  }

  func doubledCount(_ frames: [MedicalContents.Frame]) -> Int {
    members.reduce(0) { sum, volume in
      let positions = positions(volume, frames)
      return sum + zip(positions, positions.dropFirst()).count { abs($0 - $1) < 1e-3 }
    }
  }

  func incompleteCount(_ frames: [MedicalContents.Frame]) -> Int {
    members.count { volume in
      let positions = positions(volume, frames)
      let steps = zip(positions, positions.dropFirst()).map { $1 - $0 }.filter { $0 > 1e-3 }.sorted()
      guard steps.count > 2 else { return false }
      return (steps.last ?? 0) > 1.5 * steps[steps.count / 2]
    }
  }
}

/// Names without anything that identifies a patient: "patient 3, series 2, slice 41".
private struct Names {
  private let volumes: [[Int]]
  private let frames: [MedicalContents.Frame]
  /// The number of each volume within its group, from 1, and how many its group has.
  private let numbers: [(own: Int, all: Int)]

  init(_ frames: [MedicalContents.Frame], _ volumes: [[Int]]) {
    self.frames = frames
    self.volumes = volumes
    let groups = volumes.map { frames[$0[0]].group }
    let counts = Dictionary(groups.map { ($0, 1) }, uniquingKeysWith: +)
    var seen: [Int: Int] = [:]
    numbers = groups.map { group in
      seen[group, default: 0] += 1
      return (seen[group] ?? 1, counts[group] ?? 1)
    }
  }

  func group(ofVolume volume: Int) -> String { Self.name(frames[volumes[volume][0]].group) }

  func alias(volume: Int, slice: Int) -> String {
    var parts = [group(ofVolume: volume)]
    if numbers[volume].all > 1 { parts.append("series \(numbers[volume].own)") }
    if volumes[volume].count > 1 {
      let isPlaced = frames[volumes[volume][slice]].origin.position != nil
      parts.append("\(isPlaced ? "slice" : "picture") \(slice + 1)")
    }
    return parts.joined(separator: ", ")
  }

  func groups(withSeveralPersons frames: [MedicalContents.Frame]) -> [String] {
    var persons: [Int: Set<UInt64>] = [:]
    for frame in frames where frame.origin.patient != nil {
      if let person = frame.origin.person { persons[frame.group, default: []].insert(person) }
    }
    return persons.filter { $0.value.count > 1 }.keys.sorted().map(Self.name)
  }

  private static func name(_ group: Int) -> String { "patient \(group + 1)" }
}
