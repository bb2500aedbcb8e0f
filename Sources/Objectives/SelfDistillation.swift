import Torch

/// The loss of DINO (Caron et al. 2021, equation 3): each view of the student predicts the teacher's output for another
/// view.
///
///     loss = mean over pairs (t, s), t ≠ s, of −Σ_k softmax((y_t − c) / τ′)ₖ log softmax(x_s / τ)ₖ
///
/// with y the teacher's outputs on the global views, x the student's on all views, and c the centre; each term is a
/// mean over samples. Centring alone favours a uniform output, sharpening (τ′ < τ) alone a single prototype; together
/// they balance.
package struct SelfDistillation: Sendable {
  /// τ > 0 of the student; 0.1 in the paper.
  package let temperature: Double

  package init(temperature: Double) { self.temperature = temperature }

  /// - Parameters:
  ///   - student: [N, prototypes] for each view, at least two.
  ///   - teacher: [N, prototypes] for the first of these views; it gets no gradient.
  ///   - centre: [prototypes].
  ///   - teacherTemperature: τ′ > 0.
  /// - Returns: a single value, in float32 (float64 for float64 outputs).
  package func callAsFunction(
    student: [Tensor], teacher: [Tensor], centre: Tensor, teacherTemperature: Double
  ) throws(TorchError) -> Tensor {
    guard student.count >= 2, !teacher.isEmpty, teacher.count <= student.count,
      (student + teacher).allSatisfy({ $0.rank == 2 && $0.shape == student[0].shape }),
      centre.shape == [student[0].shape[1]]
    else {
      throw TorchError(
        call: "SelfDistillation",
        message:
          "needs two views or more of the student and the first of them of the teacher, all [N, prototypes], not "
          + "\(student.map(\.shape)) and \(teacher.map(\.shape)) with a centre \(centre.shape)")
    }
    let precision: DType = student[0].dtype == .float64 ? .float64 : .float32
    var predictions: [Tensor] = []
    for output in student { predictions.append(try logSoftmax(output.to(dtype: precision) / temperature)) }
    var sum = try Tensor.zeros([], precision, on: student[0].device)
    for (target, output) in teacher.enumerated() {
      let sharp = try softmax((output.detach().to(dtype: precision) - centre.detach()) / teacherTemperature)
      for (view, prediction) in predictions.enumerated() where view != target {
        sum = try sum - (sharp * prediction).sum([1]).mean()
      }
    }
    return try sum / Double(teacher.count * (student.count - 1))
  }
}
