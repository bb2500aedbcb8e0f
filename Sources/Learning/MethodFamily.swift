/// The principle by which a method learns. Measures without labels are more reliable within a family than across
/// families.
public enum MethodFamily: String, Codable, Sendable, CaseIterable {
  /// Views of one sample attract each other and repel those of other samples.
  case contrastive
  /// One branch predicts the output of another, which receives no gradient.
  case selfDistillation = "self-distillation"
  /// Views agree, and the dimensions of the embedding are decorrelated.
  case redundancyReduction = "redundancy reduction"
  /// Views agree on their prototypes.
  case clustering
  /// Hidden parts are predicted from visible ones.
  case prediction = "hidden parts"
  /// The network recognises how a sample was changed.
  case pseudoLabels = "pseudo-labels"
}
