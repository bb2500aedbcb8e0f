import Files
import Foundation
import Swiftlet

/// What people read, on standard error: sentences, and a progress bar that becomes plain lines without a terminal.
final class Console {
  private let isSilent: Bool
  private let drawsInPlace = Terminal.drawsInPlace
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var isBarShown = false
  /// What the machine had done when the command began.
  let begun = MachineLoad.Moment()
  private var lastPlainLine: ContinuousClock.Instant?

  /// - Parameter isSilent: whether another process says it all.
  init(isSilent: Bool = false) { self.isSilent = isSilent }

  /// Sentences are broken between words to fit a terminal; a file gets them as they are.
  func say(_ sentence: String) { write(line: visibleLine(sentence)) }

  func say(_ explanation: Explanation) { write(line: explanation.visibleSentence(in: .program)) }

  /// - Parameter text: without anything that acts on a terminal.
  private func write(line text: String) {
    endProgress()
    write((isTerminal ? Prose.fitted(text, to: Terminal.columns) : text) + "\n")
  }

  /// What to do next: a sentence, and below it the command, which is not broken so that it can be copied.
  func say(_ sentence: String, then action: Action) {
    say(sentence)
    if let command = Wording.program.command(action) { say(Prose.commandIndent + command) }
  }

  /// The sentences that `say(once:)` has printed.
  private var printed: Set<String> = []

  func say(once sentence: String) {
    if printed.insert(sentence).inserted { say(sentence) }
  }

  /// What a user should know about the division behind a result.
  ///
  /// - Parameter data: named before each sentence, where a command divides several sets of data.
  func say(divisionOf result: some DividedResult, data: String? = nil) {
    let beginning = data.map { "\($0): " } ?? ""
    for fact in result.facts { say(once: beginning + fact) }
    for warning in result.warnings { warn(beginning + warning) }
    for hint in result.hints { say(once: beginning + hint.sentence(in: .program)) }
  }

  /// Samples of the same ending and reason share a line.
  func say(skipped samples: [SampleError]) {
    guard !samples.isEmpty else { return }
    say("Skipped    \(samples.count) that cannot be read:")
    let groups = LeftOutFiles.groups(of: samples)
    for group in groups.prefix(Self.groupLimit) { say("             \(group.subject()): \(group.reason)") }
    let rest = groups.dropFirst(Self.groupLimit).reduce(0) { $0 + $1.count }
    if rest > 0 { say("             … and \(rest) more for other reasons") }
  }

  private static let groupLimit = 5

  /// What lies beside the samples, a line for each reason.
  func say(leftOut groups: [LeftOutFiles]) {
    for reason in Set(groups.map(\.reason)).sorted() {
      let alike = groups.filter { $0.reason == reason }
      let count = alike.reduce(0) { $0 + $1.count }
      say("Left out   \(count) \(reason): \(listed(alike.map { $0.subject() }, limit: Self.groupLimit))")
    }
  }

  /// What a user should know about data that were found, before anything is done with them.
  ///
  /// - Parameters:
  ///   - name: precedes each sentence where a command takes several sets.
  ///   - usesLabels: whether the command looks at the classes.
  func describe(_ data: any SampleCollection, named name: String? = nil, usesLabels: Bool = true) {
    let beginning = name.map { "\($0): " } ?? ""
    for note in usesLabels ? data.allNotes : data.notes { say(once: beginning + note) }
    if usesLabels, let labels = data.labels, !labels.classes.isEmpty {
      say("Classes    \(beginning)\(labels.classes.count): \(labels.classCounts())")
    }
    say(leftOut: data.leftOut)
    for warning in data.warnings { warn(beginning + warning) }
  }

  func warn(_ sentence: String) { say("Careful:   \(sentence).") }

  func warn(_ explanation: Explanation) { warn(explanation.sentence(in: .program)) }

  func say(passedOver damage: Checkpoint.Damage) { warn("\(damage); using the one before it") }

  func describe(_ proposal: Proposal) {
    let count = proposal.data.names.count
    let watched = proposal.heldOut.count
    let copies = proposal.copyCount
    let heldOut = count - proposal.training.count - watched - copies
    say(
      "Data       \(count) \(proposal.data.configuration.plural)"
        + (heldOut == 0 ? "" : ", \(heldOut) of them held out by the labels")
        + (copies == 0 ? "" : ", \(copies) of them copies")
        + (watched == 0 ? "" : ", \(watched) watched and not trained on"))
    for line in proposal.data.configuration.details { say("             \(line.sentence(in: .program))") }
    describe(proposal.data)
    say(skipped: proposal.data.skipped)
  }

  func describe(_ plan: RunPlan, of proposal: Proposal, parameterCount: Int) {
    let run = plan.configuration
    let device =
      run.device == .cpu ? "CPU, \(Figure.counted(run.computeThreads, "thread"))" : "\(run.device)".uppercased()
    let each = run.processes == nil ? "" : " in each process"
    let precision =
      run.precision == .bfloat16
      ? "bfloat16 (autocast; weights and loss in float32)" : "float32"
    say("Method     \(run.method.name.rawValue) on \(run.backbone.title), \(Figure.rounded(parameterCount)) parameters")
    if let replay = proposal.replay { say("Replays    \(replay.file)") }
    say("Preset     \(run.preset): \(proposal.preset.source)")
    for (index, choice) in plan.choices.enumerated() { say((index == 0 ? "Chosen     " : "           ") + "\(choice)") }
    if !run.departures.isEmpty { say("Departs    \(run.departures.joined(separator: ", "))") }
    let parts = run.microBatchSize.map { ", \($0) at a time" } ?? ""
    say("Views      \(run.data.summary), batch \(run.batchSize)\(parts)")
    say("Machine    \(device)\(each), \(precision)")
    say(
      "Memory     \(plan.memory.sentence(batch: run.batchSize, microBatch: run.microBatchSize, memory: plan.freeMemory))"
    )
    let steps = Figure.counted(run.schedule.totalSteps, "step")
    let epochs = "\(Figure.number(run.epochs)) \(run.epochs == 1 ? "epoch" : "epochs")"
    let rate = "learning rate \(Figure.number(run.schedule.peak)) \(Self.shape(run.schedule))"
    say("Schedule   \(steps), \(epochs); \(rate)")
    for warning in plan.warnings { warn(warning) }
  }

  private static func shape(_ schedule: Schedule) -> String {
    let after =
      schedule.warmUpSteps == 0 ? "" : "after \(Figure.counted(schedule.warmUpSteps, "step")) of warm-up, then "
    return after + (schedule.final == schedule.peak ? "throughout" : "a cosine")
  }

  /// - Parameter run: named before the numbers, where several are trained.
  func show(_ progress: TrainingProgress, of run: String? = nil) {
    let metrics = progress.metrics
    var parts =
      (run.map { [$0] } ?? []) + [
        "step \(metrics.step)/\(progress.totalSteps)", "loss \(Figure.number(Double(metrics.loss)))",
      ]
    if let rank = metrics.effectiveRank { parts.append("rank \(Figure.number(Double(rank)))") }
    if let accuracy = progress.kNNAccuracy { parts.append("kNN \(Figure.percent(Double(accuracy)))") }
    parts.append("\(Figure.number(progress.samplesPerSecond)) samples/s")
    parts.append("\(Figure.duration(progress.secondsLeft)) left")
    show(parts.joined(separator: "  "), share: Double(metrics.step) / Double(max(1, progress.totalSteps)))
  }

  func show(_ progress: FineTuningProgress) {
    let loss = progress.validationLoss.map { "  validation loss \(Figure.number($0))" } ?? ""
    show(
      "epoch \(progress.epoch)/\(progress.epochs)\(loss)", share: Double(progress.epoch) / Double(progress.epochs))
  }

  /// One line of progress, of which `share` is done: 0 to 1.
  func show(_ text: String, share: Double) {
    let text = visibleLine(text)
    if drawsInPlace {
      write("\r\u{1B}[K" + ProgressLine(text: text, share: share).fitted(to: Terminal.columns))
      isBarShown = true
    } else {
      // A log file wants a line now and then, not ten a second.
      let isDue = lastPlainLine.map { $0.duration(to: .now) >= .seconds(10) } ?? true
      if isDue || share >= 1 {
        write((isTerminal ? Prose.fitted(text, to: Terminal.columns) : text) + "\n")
        lastPlainLine = .now
      }
    }
  }

  func endProgress() {
    if isBarShown { write("\n") }
    isBarShown = false
  }

  /// A terminal that went away, or a log on a full disk, stops no run.
  private func write(_ text: String) { if !isSilent { try? writeToStream(text, STDERR_FILENO) } }
}
