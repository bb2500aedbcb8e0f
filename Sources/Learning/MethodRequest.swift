import Settings

/// A method, and those of its numbers that you choose; the others are the preset's: `.simCLR(temperature: 0.2)`.
public struct MethodRequest: Sendable {
  public let name: MethodName
  public let options: OptionValues

  /// - Parameter options: what is absent was not chosen.
  public init(_ name: MethodName, _ options: OptionValues = [:]) {
    self.name = name
    self.options = options
  }

  /// - Parameters:
  ///   - temperature: from 0.001 to 100; nil for the preset's.
  ///   - projector: nil for the preset's.
  public init(_ name: MethodName, temperature: Double? = nil, projector: ProjectorName? = nil) {
    var options = OptionValues()
    options[MethodOptions.temperature] = temperature
    options[MethodOptions.projector] = projector
    self.init(name, options)
  }

  /// What was chosen here takes the place of what the request has; all else of it stays.
  package func apply(to request: inout RunRequest) {
    request.method = name
    request.options = options.completed(by: request.options)
  }
}
