import Torch

/// Why a representation could not be judged.
public enum MeasureError: Error, Sendable, CustomStringConvertible {
  /// There are fewer samples, groups or other things than are needed.
  case tooFew(_ what: String, found: Int, needed: Int)
  /// A tensor has another shape.
  case shape(_ what: String, found: [Int], expected: String)
  /// Two inputs that belong together differ in length.
  case count(_ what: String, found: Int, expected: Int)
  /// A label is not from 0 to `classCount` − 1.
  case label(_ label: Int, row: Int, classCount: Int)
  /// A value is infinite or not a number.
  case notFinite(_ what: String, value: Double, row: Int, column: Int)
  /// All labels are the same, so that there is nothing to tell apart.
  case oneClass(_ label: Int, count: Int)
  /// A number that sets something up is out of its range.
  case parameter(_ name: String, found: String, expected: String)
  /// libtorch could not compute something.
  case torch(TorchError)

  public var description: String {
    switch self {
    case .tooFew(let what, let found, let needed): "\(what): \(found) given, at least \(needed) needed"
    case .shape(let what, let found, let expected): "\(what) of shape \(found), expected \(expected)"
    case .count(let what, let found, let expected): "\(what): \(found) given, \(expected) expected"
    case .label(let label, let row, let classCount):
      "label \(label) of sample \(row) is not a class from 0 to \(classCount - 1)"
    case .notFinite(let what, let value, let row, let column): "\(what) hold \(value) at row \(row), column \(column)"
    case .oneClass(let label, let count): "all \(count) samples are of class \(label); at least two classes are needed"
    case .parameter(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
    case .torch(let error): error.description
    }
  }
}

/// Runs tensor operations without recording gradients; what libtorch refuses becomes a `MeasureError`.
func computing<Result>(_ body: () throws(TorchError) -> Result) throws(MeasureError) -> Result {
  do throws(TorchError) { return try noGrad(body) } catch { throw .torch(error) }
}

/// The rows and columns of a matrix that has both and holds finite numbers only.
func checkMatrix(_ what: String, _ matrix: Tensor, width: Int? = nil) throws(MeasureError) -> (rows: Int, columns: Int)
{
  let shape = matrix.shape
  guard shape.count == 2, shape[1] > 0, width == nil || shape[1] == width else {
    throw .shape(what, found: shape, expected: "[samples, \(width.map(String.init) ?? "features")]")
  }
  guard shape[0] > 0 else { throw .tooFew(what, found: 0, needed: 1) }
  // Some rows at a time: the matrix may be most of what fits into the memory.
  let height = max(1, (1 << 22) / shape[1])
  for start in stride(from: 0, to: shape[0], by: height) {
    let isFinite = try computing { () throws(TorchError) in
      try matrix.rows(start..<min(start + height, shape[0])).isFinite().allTrue()
    }
    if isFinite { continue }
    let values = try computing { () throws(TorchError) in
      try matrix.rows(start..<min(start + height, shape[0])).values(as: Double.self)
    }
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(what, value: values[index], row: start + index / shape[1], column: index % shape[1])
    }
  }
  return (shape[0], shape[1])
}

func checkLabels(_ labels: [Int], count: Int, classCount: Int) throws(MeasureError) {
  guard labels.count == count else { throw .count("labels", found: labels.count, expected: count) }
  guard classCount > 0 else { throw .parameter("classCount", found: "\(classCount)", expected: "at least 1") }
  if let row = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
    throw .label(labels[row], row: row, classCount: classCount)
  }
}

/// As float64, and where float64 can be computed: Apple's GPUs cannot.
func doublePrecision(_ tensor: Tensor) throws(TorchError) -> Tensor {
  try tensor.detach().to(device: tensor.device.kind == .mps ? .cpu : nil).to(dtype: .float64)
}
