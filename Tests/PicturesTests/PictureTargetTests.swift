import Foundation
import Learning
import Samples
import TestSupport
import Testing

@testable import Pictures

/// What is to be told of pictures.
@Suite struct PictureTargetTests {
  private func pictures(_ csv: String) throws -> (ImageCollection, file: String, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.write("data/" + name) }
    let files = try FileScan([folder.path + "/data"], extensions: ["png"], lookedFor: "pictures").files
    let file = try folder.write("labels.csv", csv)
    let collection = ImageCollection(
      ImageFolder(LabelledFiles(files, labels: nil)), ImageConfiguration(imageSize: 16, views: .small))
    return (collection, file, folder)
  }

  @Test func columnsOfAFileOfLabels() throws {
    let (data, file, folder) = try pictures("path,p,x,y,split\ndata/c.png,0.5,1,0,test\ndata/a.png,nan,0,1,train\n")
    defer { withExtendedLifetime(folder) {} }
    let number = try #require(try data.targets(.number(column: "p"), file: file))
    #expect((0..<3).map { number.row(of: $0) } == [nil, nil, [0.5]])
    #expect(number.splits == [.train, nil, .test])
    let several = try #require(try data.targets(.memberships(columns: ["y", "x"]), file: file))
    #expect(several.kind == .anyOf(["y", "x"]))
    #expect((0..<3).map { several.row(of: $0) } == [[1, 0], nil, [0, 1]])
    #expect(throws: DatasetError.noTargetFile(columns: ["p"])) { try data.targets(.number(column: "p")) }
  }

  @Test(arguments: [
    ("path,p\ndata/a.png,high\n", "line 2, column 'p': 'high' is not a number."),
    ("path,p\ndata/a.png,inf\n", "'inf' is not a usable number"),
    ("path,q\ndata/a.png,1\n", "the header lacks 'p'"),
    ("path,p\ndata/z.png,1\ndata/y.png,1\n", "no file 'data/z.png', nor 1 other file that the CSV names"),
    ("path,p\ndata/a.png,1\ndata/a.png,2\n", "already has a label, on line 2"),
  ])
  func wrongColumnsAreNamed(_ csv: String, _ mention: String) throws {
    let (data, file, folder) = try pictures(csv)
    defer { withExtendedLifetime(folder) {} }
    let failure = #expect(throws: DatasetError.self) { try data.targets(.number(column: "p"), file: file) }
    #expect(failure?.description.contains(mention) == true, "\(failure?.description ?? "")")
  }

  @Test func aMembershipIsZeroOrOne() throws {
    let (data, file, folder) = try pictures("path,x,y\ndata/a.png,0.5,1\n")
    defer { withExtendedLifetime(folder) {} }
    let failure = #expect(throws: DatasetError.self) {
      try data.targets(.memberships(columns: ["x", "y"]), file: file)
    }
    #expect(failure?.description.contains("'0.5' is not 0 or 1") == true)
  }

  @Test func supervisedViewsLeaveTheClassAlone() throws {
    #expect(ImageRecipe.shapes.supervised == .shapes)
    let small = ImageRecipe.small.supervised
    #expect(small.crop?.scale == 0.4...1 && small.horizontalFlip == 0.5 && small.verticalFlip == 0.5)
    #expect(small.greyscale == 0 && small.blur == nil && small.colourJitter?.hue == 0)
    try small.validate()
    // Views of labels are no more disturbed than those without.
    #expect(ImageRecipe.intensity.supervised.colourJitter?.brightness == 0.1)
    #expect(ImageRecipe.mae.supervised.colourJitter == nil)
  }
}
