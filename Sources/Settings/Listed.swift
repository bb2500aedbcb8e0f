/// The first names of a list, and how many follow: "a, b and 3 more".
///
/// - Parameters:
///   - names: of which a sentence shows a few.
///   - limit: how many are shown, at least one.
package func listed(_ names: some Collection<String>, limit: Int) -> String {
  let limit = max(1, limit)
  let shown = names.prefix(limit).joined(separator: ", ")
  return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
}
