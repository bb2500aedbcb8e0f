import Foundation
import Swiftlet
import TestSupport
import Testing

/// Views leave out the mirror images by which pictures can be told apart, unless somebody chose how views are drawn.
@Suite struct FlipsChoiceTests {
  private func proposed(_ folder: URL, _ change: (inout RunRequest) -> Void = { _ in }) throws -> (
    images: ImageConfiguration, proposal: Proposal
  ) {
    var request = RunRequest()
    change(&request)
    let proposal = try request.proposal(scanning: [folder.path])
    return (try #require(proposal.data.configuration.settings as? ImageConfiguration), proposal)
  }

  @Test func runsLeaveOutWhatBetrays() throws {
    try withTemporaryFolder { folder in
      // A blob somewhere on a grey that rises downwards.
      var generator = ViewGenerator(seed: 1, epoch: 0, sample: 0, view: 0)
      for index in 0..<80 {
        let (left, top) = (generator.integer(below: 15), generator.integer(below: 15))
        let picture = drawnPNG(width: 20, height: 20) { x, y in
          [UInt8(((left..<left + 6).contains(x) && (top..<top + 6).contains(y) ? 60 : 20) + 6 * y)]
        }
        try picture.write(to: folder.appending(path: "\(index).png"))
      }
      let (images, proposal) = try proposed(folder)
      #expect(images.views == .lighting && images.recipe.flips == .horizontal && images.recipe.gamma != nil)
      #expect(proposal.choices.contains { $0.what == "views" && $0.value == "lighting" })
      let choice = try #require(proposal.choices.first { $0.what == "flips" })
      #expect(choice.value == "horizontal")
      #expect(choice.reason == "upside down 100 % of 40 pictures resemble the others less")
      #expect(try proposed(folder) { $0.options["flips"] = .word("both") }.images.recipe.flips == .both)
      #expect(try proposed(folder) { $0.options["views"] = .word("small") }.images.flips == nil)
      #expect(try proposed(folder) { $0.preset = "small" }.images.flips == nil)
      // The views of rotation are upright as they are.
      let rotation = try proposed(folder) { $0.method = .rotation }.images
      #expect(rotation.flips == nil && rotation.views == .upright)
    }
  }

  /// What is drawn on a plain ground is moved and turned a little.
  @Test func drawingsHaveViewsOfTheirOwn() throws {
    try withTemporaryFolder { folder in
      for index in 0..<40 {
        let picture = drawnPNG(width: 20, height: 20) { x, y in
          [(4 + index % 5..<10 + index % 7).contains(x) && (5..<13).contains(y) ? UInt8(40 + index) : 255]
        }
        try picture.write(to: folder.appending(path: "\(index).png"))
      }
      let (images, proposal) = try proposed(folder)
      #expect(images.views == .shapes && images.recipe.affine != nil && images.recipe.flips == .none)
      let choice = try #require(proposal.choices.first { $0.what == "views" })
      #expect(choice.description == "views shapes: 100 % of the examined pictures have a border of a single colour")
      #expect(try proposed(folder) { $0.options["views"] = .word("small") }.images.views == .small)
      #expect(try proposed(folder) { $0.options["flips"] = .word("both") }.images.recipe.flips == .both)
    }
  }
}
