import Torch

/// Whose names the weights of a file have, and what they are called here: as in timm, whose names Swiftlet shares.
enum WeightLayout: String {
  /// For ResNets, these are torchvision's names too.
  case timm = "timm's names"
  case torchvisionTransformer = "torchvision's names of transformers"
  /// `facebookresearch/dinov2`: timm's names but for the registers, whose places are counted otherwise.
  case dinoV2 = "DINOv2's names"
  /// `transformers`: `Dinov2Model` and `Dinov2WithRegistersModel`.
  case dinoV2Transformers = "the names that transformers gives DINOv2"
  /// `transformers`: `BertModel`, with or without the prefix of a model around it.
  case bert = "the names that transformers gives BERT"

  init(of state: [String: Tensor]) {
    if state.keys.contains(where: { $0.hasPrefix("encoder.layers.encoder_layer_") }) {
      self = .torchvisionTransformer
    } else if state["embeddings.patch_embeddings.projection.weight"] != nil {
      self = .dinoV2Transformers
    } else if state.keys.contains(where: { $0.hasSuffix("embeddings.word_embeddings.weight") }) {
      self = .bert
    } else if state.keys.contains(where: { $0.hasSuffix(".ls1.gamma") }),
      state["mask_token"] != nil || state["register_tokens"] != nil || state["blocks.0.ls1.gamma"] == nil
    {
      self = .dinoV2
    } else {
      self = .timm
    }
  }

  /// The same weights under timm's names, without what only another kind of pre-training used.
  func renamed(_ state: [String: Tensor]) throws(TorchError) -> [String: Tensor] {
    switch self {
    case .timm: return state
    case .torchvisionTransformer:
      return state.mapKeys { name in
        Self.replaced(
          name,
          [
            ("class_token", "cls_token"), ("conv_proj.", "patch_embed.proj."), ("encoder.pos_embedding", "pos_embed"),
            ("encoder.layers.encoder_layer_", "blocks."), ("encoder.ln.", "norm."), ("heads.head.", "head."),
          ],
          [
            (".ln_1.", ".norm1."), (".ln_2.", ".norm2."), (".self_attention.in_proj_", ".attn.qkv."),
            (".self_attention.out_proj.", ".attn.proj."), (".mlp.0.", ".mlp.fc1."), (".mlp.3.", ".mlp.fc2."),
            (".mlp.linear_1.", ".mlp.fc1."), (".mlp.linear_2.", ".mlp.fc2."),
          ])
      }
    case .bert:
      let inside = state.filter { $0.key.hasPrefix("bert.") }
      let own = inside.isEmpty ? state : inside.mapKeys { String($0.dropFirst("bert.".count)) }
      // What only its pre-training used, and places that are counted.
      return own.filter {
        !$0.key.hasPrefix("pooler.") && !$0.key.hasPrefix("cls.") && !$0.key.hasSuffix("position_ids")
      }
    case .dinoV2:
      let named = state.mapKeys { $0 == "register_tokens" ? "reg_token" : Self.withoutChunks($0) }
      return try Self.withPlacesOfPatches(named.filter { $0.key != "mask_token" })
    case .dinoV2Transformers:
      let named = state.mapKeys { name in
        Self.replaced(
          name,
          [
            ("embeddings.cls_token", "cls_token"), ("embeddings.mask_token", "mask_token"),
            ("embeddings.position_embeddings", "pos_embed"), ("embeddings.register_tokens", "reg_token"),
            ("embeddings.patch_embeddings.projection.", "patch_embed.proj."), ("encoder.layer.", "blocks."),
            ("layernorm.", "norm."),
          ],
          [
            (".attention.output.dense.", ".attn.proj."), (".attention.o_proj.", ".attn.proj."),
            (".layer_scale1.lambda1", ".ls1.gamma"),
            (".layer_scale2.lambda1", ".ls2.gamma"),
          ])
      }
      return try Self.withPlacesOfPatches(Self.joinedAttention(named.filter { $0.key != "mask_token" }))
    }
  }

  private static func replaced(
    _ name: String, _ starts: [(String, String)], _ parts: [(String, String)]
  ) -> String {
    var name = name
    for (old, new) in starts where name.hasPrefix(old) { name = new + name.dropFirst(old.count) }
    for (old, new) in parts {
      if let place = name.range(of: old) { name.replaceSubrange(place, with: new) }
    }
    return name
  }

  /// blocks.0.3.norm1 → blocks.3.norm1, where blocks are wrapped for several devices.
  private static func withoutChunks(_ name: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 3, parts[0] == "blocks", Int(parts[1]) != nil, Int(parts[2]) != nil else { return name }
    return (parts.prefix(1) + parts.dropFirst(2)).joined(separator: ".")
  }

  /// Query, key and value as one layer; transformers has called them otherwise since its version 5.
  private static func joinedAttention(_ state: [String: Tensor]) throws(TorchError) -> [String: Tensor] {
    var result = state
    for parts in [["attention.query", "attention.key", "attention.value"], ["q_proj", "k_proj", "v_proj"]] {
      for (name, query) in state {
        guard let place = name.range(of: ".attention.\(parts[0]).") else { continue }
        let (block, kind) = (name[..<place.lowerBound], name[place.upperBound...])
        let others = parts.dropFirst().map { "\(block).attention.\($0).\(kind)" }
        guard let key = state[others[0]], let value = state[others[1]] else { continue }
        for old in [name] + others { result[old] = nil }
        result["\(block).attn.qkv.\(kind)"] = try concatenate([query, key, value])
      }
    }
    return result
  }

  /// Beside registers timm places patches alone: what is added to the class token is a part of it there.
  private static func withPlacesOfPatches(_ state: [String: Tensor]) throws(TorchError) -> [String: Tensor] {
    guard state["reg_token"] != nil, let places = state["pos_embed"], let first = state["cls_token"],
      places.rank == 3, first.rank == 3, places.shape[1] > 1, first.shape[2] == places.shape[2]
    else { return state }
    var result = state
    result["cls_token"] = try first + places.narrowed(1, 0..<1)
    result["pos_embed"] = try places.narrowed(1, 1..<places.shape[1])
    return result
  }

  /// How the positions of this layout are interpolated for another grid.
  func interpolation(hasRegisters: Bool) -> PositionInterpolation {
    switch self {
    case .dinoV2 where !hasRegisters: .plain(offset: 0.1)
    case .dinoV2Transformers where !hasRegisters: .plain(offset: 0)
    default: .antialiased
    }
  }
}

/// How positions that were learned on one grid become those of another.
enum PositionInterpolation {
  /// Bicubic with antialiasing: timm, and DINOv2 with registers.
  case antialiased
  /// Bicubic without it: DINOv2. Its own code takes the new grid for larger by `offset` of a patch.
  case plain(offset: Double)

  /// - Parameter grid: [1, width, from, from]
  func callAsFunction(_ grid: Tensor, to side: Int) throws(TorchError) -> Tensor {
    switch self {
    case .antialiased: return try resizedBicubic(grid, height: side, width: side)
    case .plain(let offset):
      let scale = (Double(side) + offset) / Double(grid.shape[2])
      return try plainlyResizedBicubic(grid, height: side, width: side, scales: (scale, scale))
    }
  }
}

extension [String: Tensor] {
  /// Without layer scale: γ · (W h + b) = (γ W) h + γ b, so that the layers before take the scales over.
  func withoutLayerScale() throws(TorchError) -> [String: Tensor] {
    var result = self
    for (scale, layer) in [(".ls1.gamma", ".attn.proj."), (".ls2.gamma", ".mlp.fc2.")] {
      for (name, gamma) in self where name.hasSuffix(scale) {
        let block = name.dropLast(scale.count)
        guard let weight = self[block + layer + "weight"], let bias = self[block + layer + "bias"],
          weight.rank == 2, gamma.shape == bias.shape
        else { continue }
        result[block + layer + "weight"] = try weight * gamma.unsqueezed(1)
        result[block + layer + "bias"] = try bias * gamma
        result[name] = nil
      }
    }
    return result
  }

  fileprivate func mapKeys(_ rename: (String) -> String) -> [String: Tensor] {
    [String: Tensor](map { (rename($0.key), $0.value) }) { first, _ in first }
  }

  /// The state without the prefixes that names get when a network is wrapped: `module.`, `backbone.`, `_orig_mod.`, and those
  /// of transformers' classifiers.
  func unwrapped() -> [String: Tensor] {
    var state = self
    for wrapper in ["module.", "_orig_mod.", "backbone.", "model.", "dinov2.", "dinov2_with_registers."] {
      let inside = state.filter { $0.key.hasPrefix(wrapper) }
      // A checkpoint may hold a head beside its backbone.
      if inside.count * 2 > state.count { state = inside.mapKeys { String($0.dropFirst(wrapper.count)) } }
    }
    return state
  }
}
