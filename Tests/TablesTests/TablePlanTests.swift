import Learning
import Samples
import TestSupport
import Testing

@testable import Tables

/// What becomes of the views that a method plans.
@Suite struct TablePlanTests {
  /// Labels of the test part never reach a method, and a sample without one says so.
  @Test func onlyTrainingLabelsAreLearnedFrom() throws {
    let folder = try TemporaryFolder()
    let rows = ["1,2,x,train", "2,3,y,test", "3,1,,train", "4,4,y,", "5,0,x,validation"]
    let table = try TableFile(folder.write("t.csv", "a,b,kind,split\n" + rows.joined(separator: "\n") + "\n"))
    let data = try TableCollection(
      table,
      TableConfiguration(fitting: table, labelColumn: "kind", scaling: .standard, corruption: .exactly(share: 0.5)))
    let classes = try data.trainingClasses(of: [0, 1, 2, 3, 4])
    #expect(classes == [0, -1, -1, 1, -1])
    #expect(throws: DatasetError.self) { try data.trainingViews(.labelledPair, of: [1, 2], seed: 0) }
    #expect(throws: DatasetError.self) { try data.trainingViews(.single, of: [0], seed: 0) }
  }

  @Test func everyRowStandsOnceAsItIsAndOnceChanged() throws {
    let folder = try TemporaryFolder()
    let rows = (0..<60).map { "\($0),\(100 - $0),\($0 * $0)" }
    let table = try TableFile.single(among: [folder.write("t.csv", "a,b,c\n" + rows.joined(separator: "\n") + "\n")])
    let configuration = try TableConfiguration(
      fitting: table, labelColumn: nil, scaling: .standard, corruption: .exactly(share: 0.5))
    let data = try TableCollection(table, configuration)
    let indices = Array(10..<50)
    let task = try data.pretextTask(of: indices, seed: 1)
    let clean = data.evaluationView(of: indices)
    #expect(task.classCount == 2 && task.views.sampleCount == 80)
    var changed = 0
    for sample in 0..<40 {
      #expect(try rendered(task.views, sample: 2 * sample) == rendered(clean, sample: sample))
      if try rendered(task.views, sample: 2 * sample + 1) != rendered(clean, sample: sample) { changed += 1 }
    }
    #expect(changed > 35)
  }
}
