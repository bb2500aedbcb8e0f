/// The 64-bit FNV-1a hash of bytes (Fowler, Noll, Vo). It detects mistakes, not attacks.
///
/// Inlined, because whole files are hashed by it, a byte at a time.
///
/// - Parameter start: the hash of the bytes before these.
@inlinable
package func fingerprint(of bytes: some Sequence<UInt8>, after start: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
  bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
