/// Sentences that are drawn from a small grammar, so that a test needs no file.
enum Sentences {
  static let subjects = ["the engine", "a turbine", "this pump", "the patient", "a nurse", "our doctor"]
  static let verbs = ["starts", "stops", "slows down", "gets better", "needs help", "waits for news"]
  static let places = ["in the morning", "near the river", "after the storm", "before lunch", "without warning"]

  /// Texts about machines (class 0) and about hospitals (class 1), all different.
  static func sentence(_ number: Int) -> (text: String, topic: Int) {
    let topic = number % 2
    let subject = subjects[topic * 3 + number / 2 % 3]
    let verb = verbs[topic * 3 + number / 6 % 3]
    return ("\(subject) \(verb) \(places[number / 18 % 5]) on day \(number)", topic)
  }

  static func texts(_ count: Int) -> [String] { (0..<count).map { sentence($0).text } }
}
