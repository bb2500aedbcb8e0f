import Foundation
import TestSupport
import Testing

@testable import Samples

@Suite struct MovedListingTests {
  private func files(_ folder: URL, _ names: String...) throws {
    for name in names {
      let place = folder.appending(path: name)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(name.utf8).write(to: place)
    }
  }

  private func listing(_ places: [URL], labels: String? = nil) throws -> FileListing {
    let scan = try FileScan(places.map(\.path), extensions: ["png"], lookedFor: "pictures")
    return FileListing(scan.files, labels: labels)
  }

  /// Two folders that become one's subfolders, one folder each, or each other.
  @Test func severalFolders() throws {
    try withTemporaryFolder { folder in
      try files(folder, "old/a/1.png", "old/a/2.png", "old/b/1.png", "new/b/1.png", "new/a/1.png", "new/a/2.png")
      let list = try listing([folder.appending(path: "old/a"), folder.appending(path: "old/b")])
      #expect(list.missingPlaces.isEmpty && list.places.count == 2)
      let new = folder.appending(path: "new").path
      for places in [[new], [new + "/a", new + "/b"], [new + "/b", new + "/a"]] {
        let moved = try list.moved(to: places)
        #expect(moved.files.names == list.files.names)
        for sample in moved.files.samples.indices {
          #expect(moved.files.path(of: sample).hasPrefix(new + "/"))
          let text = try String(contentsOfFile: moved.files.path(of: sample), encoding: .utf8)
          #expect(text == "new/" + list.files.name(of: sample))
        }
      }
      try FileManager.default.removeItem(at: folder.appending(path: "old/b"))
      #expect(list.missingPlaces.map { URL(fileURLWithPath: $0).lastPathComponent } == ["b"])
      try FileManager.default.removeItem(at: folder.appending(path: "new/a/2.png"))
      #expect(
        performing: { try list.moved(to: [new]) },
        throws: { error in
          guard case DatasetError.otherSamples(_, let missing, let count, let first) = error else { return false }
          return missing == 1 && count == 3 && first == ["a/2.png"]
        })
    }
  }

  @Test func labelsThatWereMovedAlong() throws {
    try withTemporaryFolder { folder in
      try files(folder, "old/in/data/1.png", "old/labels.csv", "new/in/data/1.png", "new/labels.csv")
      let root = folder.resolvingSymlinksInPath().path
      let list = try listing([folder.appending(path: "old/in/data")], labels: root + "/old/labels.csv")
      let new = [folder.appending(path: "new/in/data").path]
      #expect(try list.moved(to: new).labels == root + "/old/labels.csv", "they are still there")
      try FileManager.default.removeItem(at: folder.appending(path: "old/labels.csv"))
      #expect(try list.moved(to: new).labels == root + "/new/labels.csv")
    }
  }
}
