/// A layer that computes otherwise while its network is trained. Every layer that keeps such a mode has to be one: only those are put
/// back by `inEvaluationMode`.
package protocol ModalLayer: Module {
  var isTraining: Bool { get }
}

extension BatchNorm: ModalLayer {}
extension DropPath: ModalLayer {}
extension Dropout: ModalLayer {}

extension Module {
  /// Runs `body` with this module in evaluation mode. Afterwards each layer is in the mode that it was in before: a
  /// network that is trained in part has some in either.
  package func inEvaluationMode<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let trained = modalLayers.filter(\.isTraining)
    setTraining(false)
    defer { for layer in trained { layer.setTraining(true) } }
    return try body()
  }

  private var modalLayers: [any ModalLayer] {
    ((self as? any ModalLayer).map { [$0] } ?? []) + children.flatMap { $0.module.modalLayers }
  }
}
