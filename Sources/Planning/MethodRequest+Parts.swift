extension MethodRequest {
  /// SwAV (Caron et al. 2020).
  ///
  /// - Parameters:
  ///   - temperature: τ of the prediction, from 0.001 to 100.
  ///   - projector: the head between network and prototypes.
  public static func swAV(temperature: Double? = nil, projector: ProjectorName? = nil) -> MethodRequest {
    MethodRequest { request in
      request.method = .swav
      request.temperature = temperature
      request.projector = projector
    }
  }

  /// DINO (Caron et al. 2021).
  ///
  /// - Parameter temperature: τ of the student, from 0.001 to 100.
  public static func dino(temperature: Double? = nil) -> MethodRequest {
    MethodRequest { request in
      request.method = .dino
      request.temperature = temperature
    }
  }

  /// MAE (He et al. 2022), on a vision transformer.
  public static func mae() -> MethodRequest { MethodRequest { $0.method = .mae } }

  /// I-JEPA (Assran et al. 2023), on a vision transformer.
  public static func iJEPA() -> MethodRequest { MethodRequest { $0.method = .ijepa } }
}
