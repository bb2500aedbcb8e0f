/// Even numbers from -0.2 to 0.2 that depend on the name: FNV-1a of the name, then SplitMix64 of each place. With
/// scripts/reference/named_numbers.py a script in another language has the same ones, so that no file records them.
public func namedNumbers(_ name: String, _ count: Int) -> [Double] {
  let seed = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  return (0..<count).map { place in
    var z = seed &+ UInt64(place + 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return 0.4 * (Double((z ^ (z >> 31)) >> 40) / 16_777_216 - 0.5)
  }
}
