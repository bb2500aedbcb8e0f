import Training

extension RepresentationReport {
  /// Writes it into the run as its latest judgement; the file is whole or as before.
  package func keep(in run: RunFolder) throws(RunFolder.Failure) { try run.record(self, as: run.evaluation) }

  /// The latest judgement of a run; nil where there is none.
  package static func kept(in run: RunFolder) throws(RunFolder.Failure) -> RepresentationReport? {
    try run.recorded(Self.self, in: run.evaluation, remedy: "evaluate the run again")
  }
}
