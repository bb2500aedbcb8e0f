import Foundation

/// A JSON file of reference values beside the tests, with the script that made it.
public func golden<Value: Decodable>(_ name: String, _ type: Value.Type = Value.self, in bundle: Bundle) throws -> Value
{
  let url = bundle.bundleURL.appending(path: "Golden/\(name)")
  return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
}
