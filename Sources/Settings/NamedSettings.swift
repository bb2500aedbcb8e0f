/// Settings that are recorded with the name of what they are of, and read back by looking it up among those that a
/// decoder knows: the pattern that opens kinds of data, methods and networks to others.
package struct NamedSettingsKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }

  package init(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { nil }
  package init(_ name: String) { stringValue = name }
}

extension CodingUserInfoKey {
  package init(_ name: String) {
    // The initialiser fails for no text.
    guard let key = CodingUserInfoKey(rawValue: "swiftlet." + name) else { preconditionFailure("a key has a name") }
    self = key
  }
}

extension Decoder {
  /// Reads {"`key`": name, "numbers": {…}}, or what version 0.1 wrote for some: {name: {"_0": {…}}}.
  ///
  /// - Parameters:
  ///   - key: what the name is called: "family".
  ///   - table: where the decoder's `userInfo` has the types by their names.
  /// - Throws: `DecodingError` that names what is known where the name is none of it.
  package func decodeNamed<Settings>(
    _ key: String, among table: CodingUserInfoKey, as _: Settings.Type
  ) throws -> Settings {
    let container = try container(keyedBy: NamedSettingsKey.self)
    let types = userInfo[table] as? [String: any (Decodable & Sendable).Type] ?? [:]
    func type(named name: String) throws -> any (Decodable & Sendable).Type {
      if let type = types[name] { return type }
      let known = types.keys.sorted().joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath + [NamedSettingsKey(key)], debugDescription: "'\(name)' is not known: \(known)"))
    }
    func settings(_ value: any Decodable) throws -> Settings {
      guard let settings = value as? Settings else {
        throw DecodingError.dataCorrupted(
          .init(codingPath: codingPath, debugDescription: "it is of another kind than expected here"))
      }
      return settings
    }
    if let name = try container.decodeIfPresent(String.self, forKey: .init(key)) {
      return try settings(container.decode(type(named: name), forKey: .init("numbers")))
    }
    // Version 0.1 recorded networks and data as cases of an enumeration.
    guard let name = container.allKeys.first?.stringValue, container.allKeys.count == 1 else {
      throw DecodingError.keyNotFound(
        NamedSettingsKey(key), .init(codingPath: codingPath, debugDescription: "'\(key)' is missing"))
    }
    let former = try container.nestedContainer(keyedBy: NamedSettingsKey.self, forKey: .init(name))
    return try settings(former.decode(type(named: name), forKey: .init("_0")))
  }
}

extension Encoder {
  package func encode(_ name: String, as key: String, numbers: some Encodable) throws {
    var container = container(keyedBy: NamedSettingsKey.self)
    try container.encode(name, forKey: .init(key))
    try container.encode(numbers, forKey: .init("numbers"))
  }
}
