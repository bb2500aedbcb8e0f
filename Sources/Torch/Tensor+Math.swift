private enum Math {
  static let add = Operator("add", "Tensor")
  static let addScalar = Operator("add", "Scalar")
  static let sub = Operator("sub", "Tensor")
  static let mul = Operator("mul", "Tensor")
  static let mulScalar = Operator("mul", "Scalar")
  static let div = Operator("div", "Tensor")
  static let divScalar = Operator("div", "Scalar")
  static let pow = Operator("pow", "Tensor_Scalar")
  static let neg = Operator("neg")
  static let exp = Operator("exp")
  static let expm1 = Operator("expm1")
  static let log = Operator("log")
  static let sqrt = Operator("sqrt")
  static let square = Operator("square")
  static let abs = Operator("abs")
  static let cos = Operator("cos")
  static let sin = Operator("sin")
  static let normalQuantile = Operator("special_ndtri")
  static let floor = Operator("floor")
  static let clampMin = Operator("clamp_min")
  static let clampMax = Operator("clamp_max")
  static let matmul = Operator("matmul")
  static let equal = Operator("eq", "Tensor")
  static let equalScalar = Operator("eq", "Scalar")
  static let isFinite = Operator("isfinite")
}

extension Tensor {
  public static func + (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try Math.add(.tensor(a), .tensor(b)) }
  public static func + (a: Tensor, b: Double) throws(TorchError) -> Tensor { try Math.addScalar(.tensor(a), .real(b)) }
  public static func - (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try Math.sub(.tensor(a), .tensor(b)) }
  public static func - (a: Tensor, b: Double) throws(TorchError) -> Tensor { try Math.addScalar(.tensor(a), .real(-b)) }
  public static func * (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try Math.mul(.tensor(a), .tensor(b)) }
  public static func * (a: Tensor, b: Double) throws(TorchError) -> Tensor { try Math.mulScalar(.tensor(a), .real(b)) }
  public static func / (a: Tensor, b: Tensor) throws(TorchError) -> Tensor { try Math.div(.tensor(a), .tensor(b)) }
  public static func / (a: Tensor, b: Double) throws(TorchError) -> Tensor { try Math.divScalar(.tensor(a), .real(b)) }
  public static prefix func - (a: Tensor) throws(TorchError) -> Tensor { try Math.neg(.tensor(a)) }

  /// The matrix product; leading dimensions broadcast.
  public func matmul(_ other: Tensor) throws(TorchError) -> Tensor { try Math.matmul(.tensor(self), .tensor(other)) }

  public func power(_ exponent: Double) throws(TorchError) -> Tensor { try Math.pow(.tensor(self), .real(exponent)) }
  public func exp() throws(TorchError) -> Tensor { try Math.exp(.tensor(self)) }
  /// exp(x) − 1, exact for small x too.
  public func exponentialLessOne() throws(TorchError) -> Tensor { try Math.expm1(.tensor(self)) }
  public func log() throws(TorchError) -> Tensor { try Math.log(.tensor(self)) }
  public func squareRoot() throws(TorchError) -> Tensor { try Math.sqrt(.tensor(self)) }
  public func squared() throws(TorchError) -> Tensor { try Math.square(.tensor(self)) }
  public func floor() throws(TorchError) -> Tensor { try Math.floor(.tensor(self)) }
  public func cosine() throws(TorchError) -> Tensor { try Math.cos(.tensor(self)) }
  public func sine() throws(TorchError) -> Tensor { try Math.sin(.tensor(self)) }
  /// The value below which a standard normal distribution has this share, from 0 to 1.
  package func normalQuantile() throws(TorchError) -> Tensor { try Math.normalQuantile(.tensor(self)) }
  public func magnitude() throws(TorchError) -> Tensor { try Math.abs(.tensor(self)) }

  /// The greater of each element and `bound`.
  public func clamped(atLeast bound: Double) throws(TorchError) -> Tensor {
    try Math.clampMin(.tensor(self), .real(bound))
  }

  /// The lesser of each element and `bound`.
  public func clamped(atMost bound: Double) throws(TorchError) -> Tensor {
    try Math.clampMax(.tensor(self), .real(bound))
  }

  /// Compares element by element; a tensor of booleans.
  public func equals(_ other: Tensor) throws(TorchError) -> Tensor { try Math.equal(.tensor(self), .tensor(other)) }
  public func equals(_ value: Double) throws(TorchError) -> Tensor {
    try Math.equalScalar(.tensor(self), .real(value))
  }
  public func isFinite() throws(TorchError) -> Tensor { try Math.isFinite(.tensor(self)) }
}
