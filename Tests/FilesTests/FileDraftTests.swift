import Foundation
import TestSupport
import Testing

@testable import Files

/// Files that are written as drafts and then get their names.
@Suite struct FileDraftTests {
  private func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func whatWasThereStaysUntilTheDraftIsPublished() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.txt").path
      try writeFile(Data("old".utf8), to: path)
      #expect(chmod(path, 0o600) == 0)
      do {
        let dropped = try FileDraft(for: path)
        try dropped.write(Data("half".utf8))
        #expect(text(path) == "old")
        #expect(try names(in: folder).count == 2)
      }
      #expect(try names(in: folder) == ["a.txt"])
      let draft = try FileDraft(for: path)
      try draft.write(Data("new and longer".utf8))
      try draft.rewind()
      try draft.write(Data("NEW".utf8))
      try draft.publish()
      #expect(text(path) == "NEW and longer")
      #expect(try names(in: folder) == ["a.txt"])
      // Who could not read the old file cannot read the new one.
      var status = stat()
      #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func abandonedDraftsGoAndThoseThatAreBeingMadeStay() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.txt").path
      let held = try FileDraft(for: path)
      // As a kill leaves them: nobody holds a lock.
      try Data("half".utf8).write(to: URL(fileURLWithPath: path + ".draft-abandoned"))
      try FileManager.default.createDirectory(atPath: path + ".draft-folder/in", withIntermediateDirectories: true)
      try Data("other".utf8).write(to: folder.appending(path: "b.txt.draft-abandoned"))
      try FileDraft(for: path).publish()
      let left = try names(in: folder)
      #expect(left.count == 3 && left.contains("a.txt") && left.contains("b.txt.draft-abandoned"), "\(left)")
      try held.write(Data("kept".utf8))
      try held.publish()
      #expect(text(path) == "kept")
    }
  }

  @Test func linksAreNotFollowed() throws {
    try withTemporaryFolder { folder in
      let (target, link) = (folder.appending(path: "target").path, folder.appending(path: "link").path)
      try writeFile(Data("precious".utf8), to: target)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
      for open in [{ try OpenFile.existing(link) }, { try OpenFile.emptied(link) }, { try OpenFile.new(link) }] {
        let failure = #expect(throws: FileFailure.self) { _ = try open() }
        #expect(
          failure?.description
            == "cannot write \(link): it is a symbolic link, which is not followed; put the file itself in its place")
      }
      // A draft takes the link's place, and what it points at stays.
      try writeFile(Data("new".utf8), to: link)
      #expect(text(target) == "precious" && text(link) == "new")
      #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
      let pipe = #expect(throws: FileFailure.self) { _ = try OpenFile.existing(folder.path + "/pipe") }
      #expect(pipe?.reason == "it is not a file")
      let draft = #expect(throws: FileFailure.self) { _ = try FileDraft(for: folder.path + "/pipe") }
      #expect(draft?.reason == "it is a device or a pipe; name a file")
    }
  }

  @Test func filesThatBelongTogetherAreAllOldOrAllNew() throws {
    try withTemporaryFolder { folder in
      let paths = ["one", "two", "three"].map { folder.appending(path: $0).path }
      for path in paths { try writeFile(Data("old".utf8), to: path) }
      // The last cannot be moved, since it does not exist: the others go back.
      try writeFile(Data("new".utf8), to: paths[0] + ".made")
      try writeFile(Data("new".utf8), to: paths[1] + ".made")
      let moves = paths.map { (from: $0 + ".made", to: $0) }
      let failure = #expect(throws: FileFailure.self) { try moveTogether(moves) }
      #expect(failure?.description == "cannot write \(paths[2]): No such file or directory")
      #expect(paths.map(text) == ["old", "old", "old"])
      #expect(text(paths[0] + ".made") == "new")
      try writeFile(Data("new".utf8), to: paths[2] + ".made")
      try moveTogether(moves)
      #expect(paths.map(text) == ["new", "new", "new"])
      #expect(try names(in: folder) == ["one", "three", "two"])
    }
  }

  /// A link among files that belong together is put aside and removed like a file, also one that a kill has left.
  @Test func linksThatWerePutAsideGo() throws {
    try withTemporaryFolder { folder in
      let paths = ["one", "two"].map { folder.appending(path: $0).path }
      let target = folder.appending(path: "target").path
      try writeFile(Data("precious".utf8), to: target)
      let manager = FileManager.default
      try manager.createSymbolicLink(atPath: paths[0], withDestinationPath: target)
      try manager.createSymbolicLink(atPath: paths[1], withDestinationPath: "nowhere")
      try manager.createSymbolicLink(atPath: paths[0] + ".former-killed", withDestinationPath: target)
      let drafts = try paths.map { try FileDraft(for: $0) }
      for draft in drafts { try draft.write(Data("new".utf8)) }
      try FileDraft.publish(drafts)
      #expect(paths.map(text) == ["new", "new"] && text(target) == "precious")
      #expect(try names(in: folder) == ["one", "target", "two"])
    }
  }

  @Test func whatHasAppearedMeanwhileIsKept() throws {
    try withTemporaryFolder { folder in
      let paths = ["one", "two"].map { folder.appending(path: $0).path }
      do {
        let drafts = try paths.map { try FileDraft(for: $0, replaces: false) }
        try writeFile(Data("mine".utf8), to: paths[1])
        let failure = #expect(throws: FileFailure.self) { try FileDraft.publish(drafts) }
        #expect(failure?.path == paths[1] && failure?.reason.contains("has appeared in the meantime") == true)
      }
      #expect(try names(in: folder) == ["two"] && text(paths[1]) == "mine")
      try FileManager.default.createSymbolicLink(atPath: paths[0], withDestinationPath: "nowhere")
      #expect(throws: FileFailure.self) { try writeFile(Data("new".utf8), to: paths[0], replaces: false) }
      #expect(try names(in: folder) == ["one", "two"])
      let place = try FolderDraft(inside: folder.path)
      try writeNewFile(Data("new".utf8), to: place.draftPath + "/two")
      #expect(throws: FileFailure.self) { try place.move(["two"], into: folder.path, replaces: false) }
      #expect(text(paths[1]) == "mine")
      try place.move(["two"], into: folder.path)
      #expect(text(paths[1]) == "new")
    }
  }

  @Test func aFolderAppearsWhole() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "above/run").path
      do {
        let dropped = try FolderDraft(for: path)
        try writeNewFile(Data(), to: dropped.draftPath + "/file")
      }
      #expect(try names(in: folder.appending(path: "above")) == [])
      // An empty folder may be there, also behind a link.
      try FileManager.default.createDirectory(atPath: folder.path + "/real", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path + "/real")
      let draft = try FolderDraft(for: path)
      try makeFolder(draft.draftPath + "/inner")
      try writeNewFile(Data("1".utf8), to: draft.draftPath + "/inner/file")
      #expect(
        draft.named(FileFailure(path: draft.draftPath + "/inner/file", reason: "no")).path == path + "/inner/file")
      try draft.publish()
      #expect(text(folder.path + "/real/inner/file") == "1")
      // One with something in it is left as it is.
      let second = try FolderDraft(for: path)
      let failure = #expect(throws: FileFailure.self) { try second.publish() }
      #expect(failure?.description == "cannot write \(path): Directory not empty")
      #expect(text(path + "/inner/file") == "1")
    }
  }

  @Test func aFileInTheWayOfAFolder() throws {
    try withTemporaryFolder { folder in
      try writeFile(Data(), to: folder.path + "/file")
      for path in ["/file", "/file/in"] {
        let failure = #expect(throws: FileFailure.self) { try makeFolder(folder.path + path) }
        #expect(failure?.description == "cannot write \(folder.path)\(path): Not a directory")
      }
      try makeFolder(folder.path + "/a/b/c/")
      try makeFolder(folder.path + "/a/b/c")
      #expect(FileManager.default.fileExists(atPath: folder.path + "/a/b/c"))
    }
  }

  @Test func wordsForAPerson() {
    #expect(systemReason(ENOSPC) == "No space left on device")
    #expect(systemReason(of: FileFailure(path: "a", reason: "b")) == "b")
    #expect(systemReason(EFBIG).hasPrefix("File too large: there is a limit"))
    #expect(systemReason(of: CocoaError(.fileWriteOutOfSpace)) == "No space left on device")
  }
}
