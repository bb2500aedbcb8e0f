import Foundation
import Samples
import TestSupport
import Testing

/// Which folders are classes, and which are parts of the data.
@Suite struct FolderLayoutTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func layout(_ names: [String], at places: [String] = [""]) throws -> FolderLayout {
    for name in names { try folder.write(name) }
    let scan = try FileScan(places.map { folder.path($0) }, extensions: ["png"], lookedFor: "pictures")
    return FolderLayout(of: scan.files, kind: "pictures")
  }

  @Test(arguments: [
    ["train", "val", "test"], ["Training", "validation", "testing"], ["TRAIN", "Valid", "Test"],
  ])
  func partsAreRecognisedAndTheClassesAreInThem(_ parts: [String]) throws {
    let found = try layout(
      ["\(parts[0])/cat/1.png", "\(parts[0])/dog/1.png", "\(parts[1])/cat/2.png", "\(parts[2])/dog/x/3.png"])
    let labels = try #require(found.labels)
    #expect(labels.classes == ["cat", "dog"])
    // In byte order.
    let splits = zip(labels.splits, labels.classIndices).map { "\($0?.rawValue ?? "none") \($1 ?? -1)" }
    #expect(Set(splits) == ["train 0", "train 1", "validation 0", "test 1"])
    let note = try #require(found.notes.first)
    #expect(
      note.contains("\(parts[0]) (2) to learn from; \(parts[1]) (1) to make choices by; \(parts[2]) (1) to judge by"))
  }

  /// As several published sets have it: the class first, the parts in it.
  @Test func partsInClassesAreRecognised() throws {
    let found = try layout([
      "cat/train/1.png", "cat/train/2.png", "cat/test/3.png", "dog/train/x/4.png", "dog/test/5.png",
    ])
    let labels = try #require(found.labels)
    #expect(labels.classes == ["cat", "dog"])
    #expect(labels.classIndices == [0, 0, 0, 1, 1])
    #expect(labels.splits == [.test, .train, .train, .test, .train])
    #expect(
      found.notes == [
        "Folders are parts of the data: train (3) to learn from; test (2) to judge by; the classes are the folders around "
          + "them."
      ])
  }

  /// Folders of classes may be called anything; only parts in several of them are parts.
  @Test(arguments: [
    ["cat/train/1.png", "cat/test/2.png", "dog/3.png", "dog/old/4.png"], ["cat/train/1.png", "dog/train/2.png"],
    ["cat/test/1.png", "dog/test/2.png"], ["cat/train/1.png", "cat/test/2.png", "dog/3.png"],
  ]) func otherFoldersInClassesAreNoParts(_ names: [String]) throws {
    let found = try layout(names)
    #expect(found.labels?.classes == ["cat", "dog"] && found.labels?.hasSplits == false, "\(found.notes)")
  }

  @Test func aValidationPartJudgesWhereNothingElseDoes() throws {
    let found = try layout(["train/a/1.png", "train/b/1.png", "val/a/2.png"])
    #expect(found.labels?.splits == [.train, .train, .test])
    #expect(found.notes.first?.contains("val (1) to judge by") == true)
  }

  /// A test part without labels cannot judge; its pictures may be learned from without labels, and this is said.
  @Test func aPartWithoutLabelsJudgesNothing() throws {
    let found = try layout(["train/a/1.png", "train/b/1.png", "test/2.png"])
    #expect(found.labels?.classes == ["a", "b"] && found.labels?.hasSplits == false)
    #expect(found.labels?.classIndices == [nil, 0, 1])
    #expect(found.notes.contains { $0.contains("used alike, those of a test part too") })
  }

  @Test func partsWithoutClassesAreHeldOutAllTheSame() throws {
    let found = try layout(["train/1.png", "train/2.png", "test/3.png", "unlabelled/4.png"])
    #expect(found.labels?.classes == [] && found.labels?.splits == [.test, .train, .train, nil])
    #expect(found.notes.contains { $0.contains("unlabelled (1) without a part") })
  }

  @Test func vehiclesAreNoParts() throws {
    let found = try layout(["train/1.png", "bus/2.png", "plane/3.png"])
    #expect(found.labels?.classes == ["bus", "plane", "train"] && found.labels?.hasSplits == false)
    #expect(found.notes.isEmpty)
  }

  @Test func oneStrayFileHasNoLabelAndIsNamed() throws {
    let found = try layout(["cat/1.png", "dog/1.png", "cover.png"])
    #expect(found.labels?.classes == ["cat", "dog"] && found.labels?.classIndices == [0, nil, 1])
    #expect(found.notes == ["1 of the pictures lies in no folder of a class and has no label: cover.png."])
  }

  /// As in files and columns of labels.
  @Test func namesOfFoldersAreReadAsLabels() throws {
    let paths = ["NA/1.png", "a/1.png", "a /2.png", "b/3.png", "caf\u{E9}/4.png", "cafe\u{301}/5.png"]
    let labels = try #require(try layout(paths).labels)
    #expect(labels.classes == ["a", "b", "caf\u{E9}"])
    #expect(labels.classIndices.count { $0 == nil } == 1 && labels.classIndices.count { $0 == 2 } == 2)
    for said in ["1 'NA'", "white space", "Unicode"] {
      #expect(labels.notes.joined().contains(said), "\(labels.notes)")
    }
  }

  @Test func fewFilesInFoldersMakeNoClasses() throws {
    let found = try layout(["1.png", "2.png", "3.png", "old/4.png", "spare/5.png"])
    #expect(found.labels == nil)
    #expect(found.notes == ["3 of 5 pictures lie beside the 2 folders: these are not taken for classes."])
    #expect(try layout([], at: ["old"]).notes.isEmpty)
  }

  @Test func partsNamedOneByOneAreUsedAlikeAndThisIsSaid() throws {
    let found = try layout(
      ["train/a/1.png", "train/b/1.png", "test/a/2.png", "test/b/2.png"], at: ["train", "test"])
    #expect(found.labels?.classes == ["a", "b"] && found.labels?.hasSplits == false)
    #expect(found.notes.first?.contains("Name the folder that holds them") == true)
    #expect(try layout([], at: ["train"]).notes.isEmpty)
  }

  /// What a run recorded is read as all files were, though only those of one part are left.
  @Test func aListingKeepsTheRule() throws {
    let names = ["train/a/1.png", "train/b/2.png", "test/a/3.png", "notes.txt"]
    for name in names { try folder.write(name) }
    let scan = try FileScan([folder.path], extensions: ["png"], lookedFor: "pictures")
    let all = try LabelledFiles(scan.files, leftOut: scan.leftOut, kind: "pictures")
    let training = try #require(all.labels?.samples(in: .train))
    let stored = try JSONDecoder().decode(
      FileListing.self, from: JSONEncoder().encode(all.listing(of: training)))
    let again = try LabelledFiles(stored, kind: "pictures")
    #expect(again.labels?.classes == ["a", "b"] && again.labels?.classIndices == [0, 1])
    #expect(again.leftOut == all.leftOut && again.leftOut.map(\.suffix) == [".txt"])
    // Version 0.1 took the first folder for the class, whatever its name, and its runs still do.
    let former = try LabelledFiles(FileListing(scan.files), kind: "pictures")
    #expect(former.labels?.classes == ["test", "train"] && former.labels?.hasSplits == false)
  }

  @Test func classesAreCounted() {
    #expect(Labels(["b", "a", "b", nil]).classCounts() == "a 1, b 2")
    #expect(Labels(["b", "a", "b", "c", "c", "c"]).classCounts(limit: 2) == "c 3, b 2 and 1 more")
  }
}
