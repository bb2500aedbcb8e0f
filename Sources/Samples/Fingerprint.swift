/// The 64-bit FNV-1a hash of bytes (Fowler, Noll, Vo). It detects mistakes, not attacks.
package func fingerprint(of bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
