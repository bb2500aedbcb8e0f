import Foundation
import Samples
import Settings
import TestSupport
import Testing

/// What is known of files: their labels, and which of them belong together.
@Suite struct LabelledFilesTests {
  private let folder: TemporaryFolder
  private let files: FileList

  init() throws {
    folder = try TemporaryFolder()
    for name in ["a/1.txt", "a/2.txt", "b/1.txt", "b/deep/2.txt"] { try folder.write("data/" + name) }
    files = try FileScan([folder.path("data")], extensions: ["txt"], lookedFor: "texts").files
  }

  private func labelled(_ annotations: Annotations = Annotations()) throws -> LabelledFiles {
    try LabelledFiles(files, annotations, kind: "texts")
  }

  @Test func subfoldersAreLabelsWhereNobodySaysOtherwise() throws {
    let plain = try labelled()
    #expect(plain.count == 4 && plain.labels?.classIndices == [0, 0, 1, 1] && plain.labels?.classes == ["a", "b"])
    #expect(plain.groups == nil && plain.labelFile == nil)
  }

  @Test func theFolderThatHoldsAFileIsItsGroup() throws {
    let groups = try #require(labelled(Annotations(groups: .folder)).groups)
    #expect(groups.indices == [0, 0, 1, 2])
    #expect(groups.names == ["a", "b", "b/deep"].map { folder.path("data/" + $0) })
  }

  @Test func aColumnNamesTheGroups() throws {
    let csv = try folder.write(
      "labels.csv", "path,label,patient\ndata/b/1.txt,x,7\ndata/a/1.txt,y,7\ndata/a/2.txt,x,NA\n")
    let known = try labelled(Annotations(labels: .file(csv), groups: .column("patient")))
    #expect(known.labels?.classes == ["x", "y"] && known.labels?.classIndices == [1, 0, 0, nil])
    // A file that says nothing, and one that is not named, are groups of their own.
    #expect(known.groups?.names == ["7"] && known.groups?.indices == [0, nil, 0, nil])
    #expect(known.groups?.of([3, 0]) == [nil, 0])
    let problem = #expect(throws: DatasetError.self) {
      try labelled(Annotations(labels: .file(csv), groups: .column("hospital")))
    }
    #expect(problem?.description.contains("the header lacks 'hospital'") == true, "\(problem?.description ?? "")")
    #expect(throws: DatasetError.noTargetFile(columns: ["patient"])) {
      try labelled(Annotations(groups: .column("patient")))
    }
  }

  /// A CSV that only groups needs no labels; one that is asked for labels does.
  @Test func aFileOfGroupsNeedsNoLabels() throws {
    let csv = try folder.write(
      "groups.csv", "path,patient,split\ndata/a/1.txt,7,train\ndata/b/1.txt,8,test\ndata/a/2.txt,7,\n")
    let known = try labelled(Annotations(labels: .file(csv), groups: .column("patient")))
    #expect(known.groups?.indices == [0, 0, 1, nil])
    #expect(known.labels?.classes == [] && known.labels?.classIndices == [nil, nil, nil, nil])
    #expect(known.labels?.splits == [.train, nil, .test, nil])
    let problem = #expect(throws: DatasetError.self) { try labelled(Annotations(labels: .file(csv))) }
    #expect(problem?.description.contains("the header lacks 'label'") == true, "\(problem?.description ?? "")")
  }

  @Test func labelsOfFilesAreInAFile() {
    #expect(throws: DatasetError.labelsNotProvided(by: .column("kind"), kind: "texts")) {
      try labelled(Annotations(labels: .column("kind")))
    }
  }

  @Test func aListingFindsTheSameAgain() throws {
    let csv = try folder.write("labels.csv", "path,label,patient\ndata/b/1.txt,x,7\ndata/a/1.txt,y,7\n")
    let known = try labelled(Annotations(labels: .file(csv), groups: .column("patient")))
    let listing = known.listing(of: [2, 0])
    let stored = try JSONDecoder().decode(FileListing.self, from: JSONEncoder().encode(listing))
    #expect(stored == listing && stored.count == 2)
    // What is added later is no part of the run.
    try folder.write("data/a/3.txt")
    let again = try LabelledFiles(stored, kind: "texts")
    #expect(again.files.names == ["b/1.txt", "a/1.txt"])
    #expect(again.labels?.classIndices == [0, 1] && again.groups?.indices == [0, 0])
  }

  /// As version 0.1 wrote it.
  @Test func formerListingsAreRead() throws {
    let root = #"{"path": "\#(folder.path("data"))", "prefix": ""}"#
    let list = #"{"roots": [\#(root)], "samples": [{"root": 0, "relativePath": "a/1.txt"}]}"#
    let files = try JSONDecoder().decode(FileList.self, from: Data(list.utf8))
    let former = #"{"files": {"_0": \#(list), "labels": "/nowhere/labels.csv"}}"#
    let read = try JSONDecoder().decode(FileListing.self, from: Data(former.utf8))
    #expect(read == FileListing(files, labels: "/nowhere/labels.csv"))
  }

  /// What stands in samples.json may have been written by hand.
  @Test func aListingThatPointsNowhereIsRefused() throws {
    let listing = FileListing(files)
    try listing.validate()
    let roots = listing.files.roots
    for (changed, place) in [
      (FileList(roots: roots, samples: [.init(root: -1, relativePath: "a/1.txt")]), "files.samples[0].root"),
      (FileList(roots: [], samples: listing.files.samples), "files.samples[0].root"),
      (FileList(roots: roots, samples: []), "files.samples"),
      (FileList(roots: [.init(path: "x", prefix: "")], samples: listing.files.samples), "files.roots[0].path"),
    ] {
      let error = #expect(throws: SettingError.self) { try FileListing(changed).validate() }
      #expect(error?.name == place)
    }
  }
}
