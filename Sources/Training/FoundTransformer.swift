import Backbones
import Foundation
import Settings
import Torch

/// The vision transformer that the weights of a file are of, found from their shapes.
package struct FoundTransformer {
  package let name: BackboneName
  /// What makes the network again.
  package let options: OptionValues
  /// Side in pixels of a patch; sides of pictures are multiples of it.
  package let patchSize: Int
  /// What was found, and what no file says, as a clause.
  package let reason: String

  /// - Parameters:
  ///   - state: the weights under timm's names.
  ///   - read: the weights under those of the file.
  ///   - file: `config.json` beside it says how many heads there are, if it is there.
  /// - Returns: nil for weights of other networks.
  /// - Throws: `Refusal` for a vision transformer that Swiftlet does not have.
  init?(_ state: [String: Tensor], _ read: [String: Tensor], besideFile file: String) throws {
    if let trait = Self.traitOfDINOv3(read) {
      throw Self.refusal(
        file,
        "are DINOv3's, which has rotary positions (\(trait)) in place of learned ones. Of published vision transformers, "
          + "those with learned positions can be continued: DINOv2 with and without registers, DINO, DeiT and others of timm's"
      )
    }
    guard let patches = state["patch_embed.proj.weight"], patches.rank == 4,
      state.keys.contains(where: { $0.hasPrefix("blocks.0.") }), let places = state["pos_embed"], places.rank == 3
    else { return nil }
    let (width, side) = (patches.shape[0], patches.shape[2])
    guard let size = ViT.Configuration.Size.allCases.first(where: { $0.width == width }) else {
      let known = ViT.Configuration.Size.allCases.map { "\($0.rawValue) of \($0.width)" }.joined(separator: ", ")
      throw Self.refusal(file, "are of a vision transformer \(width) wide; Swiftlet has \(known)")
    }
    guard patches.shape[3] == side, ViT.Configuration.patchSizes.contains(side) else {
      throw Self.refusal(
        file,
        "have patches of \(side) × \(patches.shape[3]) pixels, not of "
          + ViT.Configuration.patchSizes.map(String.init).joined(separator: ", "))
    }
    if let hidden = state["blocks.0.mlp.fc1.weight"]?.shape.first ?? Self.gatedWidth(state), hidden != 4 * width {
      throw Self.refusal(
        file,
        "have a perceptron of \(hidden) units in each block, as where it is gated (SwiGLU); Swiftlet has perceptrons of "
          + "\(4 * width) units there")
    }
    var depth = 0
    while state["blocks.\(depth).norm1.weight"] != nil { depth += 1 }
    let registers = state["reg_token"]?.shape.dropFirst().first
    let hasScale = state["blocks.0.ls1.gamma"] != nil
    let heads = Self.heads(beside: file)
    if let heads, heads != size.heads {
      throw Self.refusal(
        file, "have \(heads) heads, as config.json beside them says; Swiftlet has \(size.heads), each 64 wide")
    }

    var options = OptionValues()
    options[ViT.Configuration.patchSize] = side
    options[NetworkOptions.layers] = depth
    if let registers { options[ViT.Configuration.registers] = registers }
    // What DINOv2 began with; the file's own numbers follow.
    if hasScale { options[ViT.Configuration.layerScale] = 1e-5 }
    if state["cls_token"] == nil { options[ViT.Configuration.pooling] = .patches }
    self.options = options
    name = BackboneName(rawValue: size.rawValue)
    patchSize = side
    let parts =
      ["patches of \(side)", "\(depth) blocks"] + (registers.map { ["\($0) registers"] } ?? [])
      + (hasScale ? ["layer scale"] : [])
    reason =
      "the weights in '\(file)' are of such a network, with \(parts.joined(separator: ", ")); its \(size.heads) heads "
      + (heads == nil ? "are assumed, each 64 wide, for no file says them" : "are those of config.json")
  }

  private static func refusal(_ file: String, _ what: String) -> Refusal {
    Refusal("the weights of \(file) \(what)")
  }

  /// A name that only DINOv3 has, of timm's, Meta's and transformers' layouts.
  private static func traitOfDINOv3(_ read: [String: Tensor]) -> String? {
    if read["rope_embed.periods"] != nil { return "rope_embed.periods" }
    if let trait = ["storage_tokens", "embeddings.patch_embeddings.weight", "layer.0.attention.q_proj.weight"].first(
      where: { read[$0] != nil })
    {
      return trait
    }
    guard read["pos_embed"] == nil, read["reg_token"] != nil else { return nil }
    return read.keys.filter { $0.hasSuffix(".gamma_1") }.min()
  }

  /// Units inside a gated perceptron, under DINOv2's names and those of transformers.
  private static func gatedWidth(_ state: [String: Tensor]) -> Int? {
    ["w12", "weights_in"].compactMap { state["blocks.0.mlp.\($0).weight"]?.shape.first }.first.map { $0 / 2 }
  }

  /// The number of heads that transformers records beside its weights.
  private static func heads(beside file: String) -> Int? {
    struct Record: Decodable {
      let numAttentionHeads: Int?
    }
    let place = URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "config.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode(Record.self, from: Data(contentsOf: place)))?.numAttentionHeads
  }
}
