import ArgumentParsing
import Swiftlet

/// How many cores a command may use, for all that compute with a run.
struct ThreadOption: ParsableArguments {
  @Option(help: "Threads to compute with. Default: as many as the run recorded.")
  var threads: Int?

  func validate() throws { try requireValue(threads, in: 1...1024, "--threads") }

  /// The same where several processes compute, among which the threads of the run are divided unless they were as many.
  func open(_ path: FilePath, in world: World) -> RunFolder {
    var folder = open(path)
    if world.size > 1, folder.computeThreads == nil {
      folder.computeThreads = try? folder.openConfiguration().threads(for: world.size)
    }
    return folder
  }

  /// A run whose network computes with so many.
  func open(_ path: FilePath) -> RunFolder {
    var folder = openRun(path)
    folder.computeThreads = threads
    return folder
  }
}
