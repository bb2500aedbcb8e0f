import Settings

/// A method and the settings that you choose for it: `.simCLR(temperature: 0.2)`. The other settings are the preset's.
public struct MethodRequest: Sendable {
  public let name: MethodName
  public let options: OptionValues

  /// - Parameter options: the chosen settings.
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

  /// Sets in `request` what was chosen here; everything else in it stays.
  package func apply(to request: inout RunRequest) {
    request.method = name
    request.options = options.completed(by: request.options)
  }
}
