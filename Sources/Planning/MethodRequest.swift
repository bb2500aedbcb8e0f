/// A method, and those of its numbers that you choose; the others are the preset's: `.simCLR(temperature: 0.2)`.
public struct MethodRequest: Sendable {
  let apply: @Sendable (inout RunRequest) -> Void

  /// SimCLR (Chen et al. 2020).
  ///
  /// - Parameters:
  ///   - temperature: τ of NT-Xent, from 0.001 to 100.
  ///   - projector: the head between network and loss.
  public static func simCLR(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest { request in
      request.temperature = temperature
      request.projector = projector
    }
  }
}
