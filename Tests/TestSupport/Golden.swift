import Foundation

/// A JSON file of reference values beside the tests, with the script that made it.
public func golden<Value: Decodable>(_ name: String, _ type: Value.Type = Value.self, in bundle: Bundle) throws -> Value
{
  let url = bundle.bundleURL.appending(path: "Golden/\(name)")
  return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
}

/// A new empty folder, removed when `body` is done.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "swiftlet-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
