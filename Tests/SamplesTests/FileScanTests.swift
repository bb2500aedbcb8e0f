import Foundation
import TestSupport
import Testing

@testable import Samples

private func scan(_ places: [String]) throws -> FileScan {
  try FileScan(places, extensions: ["png", "jpg"], lookedFor: "pictures")
}

struct FileScanTests {
  @Test func foldersAreReadDeeplyAndInByteOrder() throws {
    let folder = try TemporaryFolder()
    for name in ["b.png", "B.PNG", "a/z.jpg", "a.png", "a/b/c/d.Jpg", "ä.png", "a-b.png", "10.png", "9.png"] {
      try folder.write(name)
    }
    for name in ["labels.csv", "notes.txt", ".hidden.png", ".git/x.png", "png", "x.png.bak", "a/.png"] {
      try folder.write(name)
    }
    let result = try scan([folder.path])
    #expect(
      result.files.names
        == ["10.png", "9.png", "B.PNG", "a-b.png", "a.png", "a/b/c/d.Jpg", "a/z.jpg", "b.png", "ä.png"])
    #expect(result.files.path(of: 6) == folder.path + "/a/z.jpg")
    #expect(result.skipped.isEmpty)
  }

  @Test func whatIsLeftOutIsCountedAndNamed() throws {
    let folder = try TemporaryFolder()
    for name in [
      "a.png", "a/b.png", "notes.txt", "a/more.TXT", "labels.csv", "odd", "lost", "wrong.heic", ".hidden.png",
      "a/._b.png", ".DS_Store", "Thumbs.db", "@eaDir/a.png", "__MACOSX/a/b.png", ".ipynb_checkpoints/a.png",
    ] {
      try folder.write(name)
    }
    var asked: [String] = []
    let result = try FileScan([folder.path], extensions: ["png"], lookedFor: "pictures") { path in
      asked.append(String(path.dropFirst(folder.path.utf8.count + 1)))
      if path.hasSuffix("/odd") { return .sample }
      return path.hasSuffix("heic") ? .unreadable(reason: "is closed") : .anotherKind
    }
    #expect(result.files.names == ["a.png", "a/b.png", "odd"])
    // What an ending says, and what a system made, is not opened.
    #expect(asked.sorted() == ["a/more.TXT", "labels.csv", "lost", "notes.txt", "odd", "wrong.heic"])
    #expect(result.skipped == [SampleError(name: "wrong.heic", reason: "is closed")])
    let found = result.leftOut.map { "\($0.count) '\($0.suffix)' \($0.reason): \($0.names.joined(separator: " "))" }
    #expect(
      found == [
        "4 '' hidden or made by a system: .DS_Store .ipynb_checkpoints @eaDir __MACOSX",
        "2 '.png' hidden or made by a system: .hidden.png a/._b.png",
        "2 '.txt' of another kind: a/more.TXT notes.txt",
        "1 '.db' hidden or made by a system: Thumbs.db",
        "1 '.csv' of another kind: labels.csv",
        "1 '' of another kind: lost",
      ])
  }

  @Test func linksAreFollowedOnceAndLoopsEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write("real/one.png")
    try folder.write("elsewhere/deep/two.png")
    try folder.link("real/up", to: "..")
    try folder.link("real/self", to: ".")
    try folder.link("zlink", to: "elsewhere")
    try folder.link("three.png", to: "real/one.png")
    try folder.link("dangling.png", to: "nowhere.png")
    try folder.link("dangling", to: "nowhere")
    try folder.link("round.png", to: "round.png")
    mkfifo(folder.path + "/pipe.png", 0o600)
    let result = try scan([folder.path])
    #expect(result.files.names == ["elsewhere/deep/two.png", "real/one.png", "three.png"])
    #expect(result.skipped.map(\.name) == ["dangling.png", "pipe.png", "round.png"])
    #expect(result.skipped.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func severalPlacesNeverNameASampleTwice() throws {
    let folder = try TemporaryFolder()
    for name in ["x/train/1.png", "y/train/1.png", "y/train/2.png", "y/only.png", "loose.txt"] {
      try folder.write(name)
    }
    let two = try scan([folder.path + "/y/train/", folder.path + "/x/../x/train"])
    #expect(two.files.names == ["y/train/1.png", "y/train/2.png", "x/train/1.png"])
    let distinct = try scan([folder.path + "/x", folder.path + "/y"])
    #expect(distinct.files.names == ["x/train/1.png", "y/only.png", "y/train/1.png", "y/train/2.png"])
    // The same folder twice, through a link, a folder inside another and a file inside it.
    try folder.link("again", to: "y")
    let again = try scan(["/y", "/again", "/y/train", "/y/only.png", "/y"].map { folder.path + $0 })
    #expect(again.files.names == ["only.png", "train/1.png", "train/2.png"])
  }

  @Test func filesCanBeNamedOneByOne() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.png", "a/2.png", "a/3.png", "b/1.scan"] { try folder.write(name) }
    let result = try scan(["/a/2.png", "/b/1.scan", "/a/1.png", "/a/2.png"].map { folder.path + $0 })
    #expect(result.files.names == ["a/1.png", "a/2.png", "b/1.scan"])
    #expect(result.files.path(of: 2) == folder.path + "/b/1.scan")
  }

  @Test func nothingToReadIsSaid() throws {
    let folder = try TemporaryFolder()
    try folder.write("notes.txt")
    #expect(throws: DatasetError.noSuchFile(path: "/no/such")) { try scan([folder.path, "/no/such"]) }
    #expect(throws: DatasetError.noSuchFile(path: "")) { try scan([""]) }
    let error = #expect(throws: DatasetError.self) { try scan([folder.path]) }
    #expect(
      error?.description
        == "There is no data in '\(folder.path)': looked for pictures, also in subfolders, and found only "
        + "notes.txt; name the folder that holds them.")
    #expect(throws: DatasetError.self) { try scan([]) }
    try folder.link("gone.png", to: "nowhere")
    let gone = #expect(throws: DatasetError.self) { try scan([folder.path]) }
    #expect(gone?.description.contains("gone.png: No such file") == true)
  }

  @Test(.enabled(if: getuid() != 0, "the superuser may read everything")) func closedFoldersAreSkipped() throws {
    let folder = try TemporaryFolder()
    try folder.write("open.png")
    try folder.write("closed/x.png")
    chmod(folder.path + "/closed", 0)
    defer { chmod(folder.path + "/closed", 0o700) }
    let result = try scan([folder.path])
    #expect(result.files.names == ["open.png"])
    #expect(result.skipped.map(\.name) == ["closed"])
  }

  @Test func deepFoldersDoNotOverflow() throws {
    let folder = try TemporaryFolder()
    let depth = 900
    try folder.write(Array(repeating: "d", count: depth).joined(separator: "/") + "/x.png")
    #expect(try scan([folder.path]).files.count == 1)
  }

  @Test func namesThatAreNoTextAreSkipped() throws {
    let folder = try TemporaryFolder()
    try folder.write("good.png")
    let name = Array(folder.path.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xE9), 0x2E, 0x70, 0x6E, 0x67, 0]
    // Some file systems refuse such names.
    guard let file = fopen(name, "w") else { return }
    fclose(file)
    let (files, skipped) = try scan([folder.path]).checkedForExistence()
    #expect(files == ["good.png"])
    #expect(skipped == 1)
  }

  @Test(arguments: [1, 2, 5]) func checksRunOnThreadsAndKeepTheOrder(threads: Int) throws {
    let folder = try TemporaryFolder()
    for index in 0..<200 { try folder.write("\(1000 + index).png", index % 3 == 0 ? "bad" : "good") }
    let (files, skipped) = try scan([folder.path]).checked(threads: threads, lookedFor: "pictures") { path in
      (try? String(contentsOfFile: path, encoding: .utf8)) == "good" ? nil : "is \(path.hasSuffix("1003.png"))"
    }
    #expect(files.names == (0..<200).filter { $0 % 3 != 0 }.map { "\(1000 + $0).png" })
    #expect(skipped.map(\.name) == (0..<200).filter { $0 % 3 == 0 }.map { "\(1000 + $0).png" })
    #expect(skipped[1].reason == "is true" && skipped[0].reason == "is false")
    let none = #expect(throws: DatasetError.self) {
      try scan([folder.path]).checked(threads: threads, lookedFor: "pictures") { _ in "is odd" }
    }
    #expect(
      none?.description == "None of the 200 candidates (pictures) can be read: 200 .png (1000.png, 1001.png, 1002.png "
        + "and 197 more): is odd.")
    let one = #expect(throws: DatasetError.self) {
      try scan([folder.path]).checked(threads: threads, lookedFor: "pictures") { path in
        path.hasSuffix("1007.png") ? nil : "is odd"
      }
    }
    #expect(
      one?.description == "Only 1 sample (pictures) can be read, and at least 2 are needed: 199 .png (1000.png, "
        + "1001.png, 1002.png and 196 more): is odd.")
  }
}

extension FileScan {
  fileprivate func checkedForExistence() throws -> (names: [String], skipped: Int) {
    let all = skipped.count
    let bad = files.samples.indices.filter { !FileManager.default.fileExists(atPath: files.path(of: $0)) }
    return (files.filtered { !bad.contains($0) }.names, all + bad.count)
  }
}
