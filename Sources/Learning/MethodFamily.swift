/// What methods have in common in how they learn; measures without labels compare within one better than across.
public enum MethodFamily: String, Codable, Sendable, CaseIterable {
  /// Views of one sample are drawn together, and apart from others.
  case contrastive
  /// One branch predicts another, which is kept from learning.
  case selfDistillation = "self-distillation"
  /// Views agree, and the dimensions of an embedding say different things.
  case redundancyReduction = "redundancy reduction"
  /// Views agree on a prototype.
  case clustering
  /// What is hidden is predicted from what is seen.
  case prediction = "hidden parts"
  /// What was done to a sample is told from the result.
  case pseudoLabels = "pseudo-labels"
}
