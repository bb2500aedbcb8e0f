import Foundation
import Learning
import Measures
import Samples
import Testing

@testable import Evaluation

/// What a division leaves out, in the same words for every command.
@Suite struct DivisionNoteTests {
  @Test func evaluationDividesAsFineTuningDoes() throws {
    let labels = Labels((0..<21).map { $0 == 20 ? "c" : ["a", "b"][$0 % 2] } + [nil])
    let division = try RepresentationReport.Division(of: labels)
    let targets = try TargetDivision(of: #require(Targets(labels)))
    #expect(division.training == targets.training && division.test == targets.test)
    // A class of one sample is learned from.
    #expect(division.training.contains(20))
    #expect(
      division.notes == [
        "1 of 22 samples has no label.",
        "A single label to learn from: 'c'. It is learned from, and no validation sample stands for it.",
        "No test sample: 'c'. A class of one sample is learned from.",
      ])
    #expect(division.notes == labels.notes + targets.notes)
  }

  @Test func whatASplitColumnLeavesOutIsSaid() throws {
    let splits: [Labels.Split?] = (0..<12).map { $0 < 6 ? .train : $0 < 10 ? .test : nil }
    let labels = Labels((0..<12).map { $0 == 0 || $0 == 2 ? "c" : ["a", "b"][$0 % 2] }, splits: splits)
    let notes = try RepresentationReport.Division(of: labels).notes
    #expect(notes.first == "2 labelled samples are in no part of the split column and left out.", "\(notes)")
    #expect(notes.contains("No test sample: 'c'. The split column puts none of them there."), "\(notes)")
    #expect(try TargetDivision(of: #require(Targets(labels))).notes == notes)
  }

  @Test func labelsWithSemicolonsAreClassesOfTheirOwnForEvaluation() throws {
    let labels = Labels((0..<20).map { ["a;b", "a"][$0 % 2] })
    #expect(try RepresentationReport.Division(of: labels).test.count == 4)
  }
}
