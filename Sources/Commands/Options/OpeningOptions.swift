import ArgumentParsing
import Swiftlet

/// How a run is opened by the commands that use what it learned.
struct OpeningOptions: ParsableArguments {
  @OptionGroup var machine: ThreadOption

  @Option(
    help:
      "The checkpoint to use: the last, or the best, which has the lowest loss on held-out samples. Default: the best of a run that --patience stopped, else the last."
  )
  var checkpoint: CheckpointChoice?

  func open(_ path: FilePath) -> RunFolder {
    var folder = machine.open(path)
    folder.checkpoint = checkpoint
    return folder
  }

  /// The same where several processes compute, among which the threads of the run are divided unless they were as many.
  func open(_ path: FilePath, in world: World) -> RunFolder {
    var folder = open(path)
    if world.size > 1, folder.computeThreads == nil {
      folder.computeThreads = try? folder.openConfiguration().threads(for: world.size)
    }
    return folder
  }
}

extension CheckpointChoice: ExpressibleByArgument {}
