import Foundation
import Testing

@testable import Samples

@Suite struct TargetTests {
  @Test func oneClassASample() throws {
    let targets = try #require(Targets(Labels(["b", nil, "a"], splits: [.train, nil, .test])))
    #expect(targets.kind == .oneOf(["a", "b"]))
    #expect(targets.row(of: 0) == [0, 1] && targets.row(of: 1) == nil && targets.classIndex(of: 2) == 0)
    #expect(targets.knownSamples == [0, 2] && targets.samples(in: .test) == [2] && targets.hasSplits)
    #expect(Targets(Labels([nil, nil])) == nil)
  }

  @Test func severalClassesASample() throws {
    let targets = try #require(Targets(Labels(["crack; dirt", "dirt", "crack", nil, ";"])))
    #expect(targets.kind == .anyOf(["crack", "dirt"]))
    #expect(targets.row(of: 0) == [1, 1] && targets.row(of: 1) == [0, 1] && targets.row(of: 4) == [0, 0])
    #expect(targets.row(of: 3) == nil && targets.classIndex(of: 0) == nil)
    #expect(targets.strata(of: [0, 1, 2, 1]) == [0, 1, 2, 1])
  }

  @Test func numbersAreDividedEvenly() {
    let values: [Double?] = (0..<50).map { Double(49 - $0) }
    let targets = Targets(.number(column: "p"), [values + [nil]], splits: [Labels.Split?](repeating: nil, count: 51))
    #expect(targets.kind == .number("p"))
    #expect(targets.row(of: 0) == [49] && targets.row(of: 50) == nil)
    #expect(targets.notes == ["1 of 51 samples have no value of 'p' and are neither trained on nor evaluated."])
    let strata = targets.strata(of: Array(0..<50))
    #expect(strata[0] == 9 && strata[49] == 0)
    #expect(Set(strata).count == 10 && Dictionary(grouping: strata) { $0 }.values.allSatisfy { $0.count == 5 })
  }

  private func pictures(_ csv: String) throws -> (ImageCollection, file: String, folder: TemporaryFolder) {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.write("data/" + name) }
    let files = try FileScan([folder.path + "/data"], extensions: ["png"], lookedFor: "pictures").files
    let file = try folder.write("labels.csv", csv)
    let collection = ImageCollection(
      ImageFolder(files: files, labels: nil), labelFile: nil, ImageConfiguration(imageSize: 16, views: .small))
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
