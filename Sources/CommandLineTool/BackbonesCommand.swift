import ArgumentParsing
import Foundation
import Swiftlet

struct BackbonesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backbones",
    abstract: "Lists the networks.",
    discussion: """
      Parameters and features are counted at the size of the paper: residual networks at a width of 64, which --width \
      makes narrower or wider, and transformers with 12 blocks (--layers) and patches of 16 pixels (--patch-size) at 224.

        swiftlet pretrain photos --backbone resnet50
      """)

  @Flag(help: "Print one JSON object on standard output instead of the list.")
  var json = false

  func run() throws {
    let residual = try ResNet.Configuration.Depth.allCases.map { depth in
      let network = try ResNet(ResNet.Configuration(depth))
      return Entry(
        name: depth.rawValue, features: network.featureCount, parameters: network.parameterCount,
        source: "He et al. 2016, arXiv:1512.03385; in torchvision's form, whose weights it takes")
    }
    let transformers = try ViT.Configuration.Size.allCases.map { size in
      let network = try ViT(ViT.Configuration(size, patchSize: 16, imageSize: 224))
      return Entry(
        name: size.rawValue, features: network.featureCount, parameters: network.parameterCount,
        source: "Dosovitskiy et al. 2021, arXiv:2010.11929; in timm's form, whose weights it takes")
    }
    let backbones = residual + transformers
    if json { return try printJSON(["backbones": backbones]) }
    let lines = backbones.map {
      "\($0.name): \($0.features) features, \(Figure.rounded($0.parameters)) parameters\n  \($0.source)"
    }
    try printText(lines.joined(separator: "\n") + "\n")
  }

  private struct Entry: Encodable {
    let name: String
    let features: Int
    let parameters: Int
    let source: String
  }
}
