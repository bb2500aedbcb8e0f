import Foundation
import Swiftlet
import TestSupport
import Testing

@Suite struct ChannelProposalTests {
  private func write(_ count: Int, channels: Int, in folder: URL) throws {
    let text = "{'descr': '<u2', 'fortran_order': False, 'shape': (12, 12, \(channels)), }\n"
    for index in 0..<count {
      var file = Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8))
      for sample in 0..<144 * channels {
        withUnsafeBytes(of: UInt16((sample * (index + 3)) % 1000).littleEndian) { file.append(contentsOf: $0) }
      }
      try file.write(to: folder.appending(path: "\(index).npy"))
    }
  }

  @Test func theNetworkTakesWhatThePicturesHave() throws {
    try withTemporaryFolder { folder in
      try write(4, channels: 6, in: folder)
      let proposal = try RunRequest().proposal(scanning: [folder.path])
      let network = try #require(proposal.backbone.settings as? ResNet.Configuration)
      let images = try #require(proposal.data.configuration.settings as? ImageConfiguration)
      #expect(network.inputChannels == 6 && images.channels == 6)
      #expect(images.decode.values?.uint16Highest == 1023)
      #expect(images.recipe.normalisation.mean.count == 6)
      #expect(proposal.data.notes.count == 2)
      #expect(proposal.data.notes[0].contains("6 channels"))
      #expect(proposal.data.notes[1].contains("0 to 1023 become 0 to 1"))
      #expect(proposal.data.configuration.summary == "small, 32 pixels of 6 channels")
      let again = try Catalogue.standard.decoder.decode(
        DataConfiguration.self, from: JSONEncoder().encode(proposal.data.configuration))
      #expect(again == proposal.data.configuration)
    }
  }

  @Test func runsFromBeforeChannelsAreStillRead() throws {
    let old = #"{"depth": "resnet18", "stem": "cifar", "width": 16, "zeroInitResidual": false}"#
    let network = try JSONDecoder().decode(ResNet.Configuration.self, from: Data(old.utf8))
    #expect(network == ResNet.Configuration(.resNet18, stem: .cifar, width: 16))
  }
}
