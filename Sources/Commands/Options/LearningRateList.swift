import ArgumentParsing
import Foundation

/// "3e-4,1e-3" → 0.0003, 0.001
func learningRateList(_ text: String) throws -> [Double] {
  try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
    guard let rate = Double(part.trimmingCharacters(in: .whitespaces)), rate > 0, rate <= 10 else {
      throw ValidationError("--learning-rates '\(part)' is not a number above 0 and at most 10, such as 1e-3")
    }
    return rate
  }
}
