import Files
import Foundation
import Pictures
import Torch

/// A small computation that was tried.
package struct SelfCheck: Codable, Sendable, Equatable {
  package enum Subject: String, Codable, Sendable {
    case tensors
    case pictures
  }

  package var subject: Subject
  /// What was tried, for people: "a convolution and its gradient".
  package var name: String
  /// What went wrong; nil where the check passed.
  package var failure: String?
  /// The command that repairs it.
  package var remedy: String

  struct Unexpected: Error, CustomStringConvertible {
    let description: String
  }

  private init(_ subject: Subject, _ name: String, remedy: String, _ body: () throws -> Void) {
    self.subject = subject
    self.name = name
    self.remedy = remedy
    do { try body() } catch { failure = "\(error)" }
  }

  /// A 3×3 kernel of ones over 4×4 ones without padding gives 2×2 values of 9, whose sum is 36. The gradient of each
  /// weight is the number of positions that it is applied at, 4.
  static func tensors() -> SelfCheck {
    SelfCheck(.tensors, "a convolution and its gradient", remedy: "rm -rf .deps && \(Installation.rebuild)") {
      let picture = try Tensor([Float](repeating: 1, count: 16), shape: [1, 1, 4, 4])
      let weight = try Tensor([Float](repeating: 1, count: 9), shape: [1, 1, 3, 3]).requireGrad()
      let sum = try conv2D(picture, weight: weight, bias: nil, stride: 1, padding: 0).sum()
      try sum.backward()
      let gradient = try weight.grad()?.values(as: Float.self) ?? []
      guard try sum.item() == 36, gradient == [Float](repeating: 4, count: 9) else {
        throw Unexpected(description: "the sum is \(try sum.item()), not 36, and the gradient \(gradient), not 4")
      }
    }
  }

  /// Nil for a format without a sample.
  ///
  /// - Parameter places: folders for the sample; the first writable one is used.
  static func decoding(_ support: PictureSupport, in places: [FolderState]) -> SelfCheck? {
    guard let sample = PictureFormat.sample(of: support.format) else { return nil }
    return SelfCheck(.pictures, "a \(support.format) picture", remedy: support.remedy) {
      guard let place = places.first(where: \.isWritable) else {
        throw Unexpected(description: "not tried, since it cannot be written to a file")
      }
      // A draft that is never published: it goes with the check.
      let draft = try FileDraft(for: "\(place.path)/swiftlet-doctor")
      try draft.write(sample.file)
      let picture = try withExtendedLifetime(draft) {
        try PictureDecoder.decode(path: draft.draftPath, rule: CanonicalDecode(shortSide: 8))
      }
      guard case .uint8(let pixels) = picture.samples, pixels.count == sample.pixels.count,
        zip(pixels, sample.pixels).allSatisfy({ max($0, $1) - min($0, $1) <= sample.tolerance })
      else { throw Unexpected(description: "it decodes to other pixels than it holds") }
    }
  }
}
