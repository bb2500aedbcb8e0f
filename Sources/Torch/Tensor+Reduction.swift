private enum Reduction {
  static let sum = Operator("sum")
  static let sumDimensions = Operator("sum", "dim_IntList")
  static let mean = Operator("mean")
  static let meanDimensions = Operator("mean", "dim")
  static let variance = Operator("var", "correction")
  static let deviation = Operator("std", "correction")
  static let maximum = Operator("max")
  static let maximumDimension = Operator("max", "dim")
  static let argmax = Operator("argmax")
  static let topk = Operator("topk")
  static let sort = Operator("sort")
  static let logSumExp = Operator("logsumexp")
  static let norm = Operator("linalg_vector_norm")
  static let singularValues = Operator("linalg_svdvals")
  static let symmetricEigenvalues = Operator("linalg_eigvalsh")
  static let symmetricEigen = Operator("linalg_eigh")
  static let all = Operator("all")
}

extension Tensor {
  public func sum() throws(TorchError) -> Tensor { try Reduction.sum(.tensor(self)) }
  public func sum(_ dimensions: [Int], keep: Bool = false) throws(TorchError) -> Tensor {
    try Reduction.sumDimensions(.tensor(self), .integers(dimensions), .boolean(keep))
  }
  public func mean() throws(TorchError) -> Tensor { try Reduction.mean(.tensor(self)) }
  public func mean(_ dimensions: [Int], keep: Bool = false) throws(TorchError) -> Tensor {
    try Reduction.meanDimensions(.tensor(self), .integers(dimensions), .boolean(keep))
  }
  /// The variance, with the sum divided by n − `correction`.
  public func variance(_ dimensions: [Int], correction: Int = 1, keep: Bool = false) throws(TorchError) -> Tensor {
    try Reduction.variance(.tensor(self), .integers(dimensions), .integer(correction), .boolean(keep))
  }
  public func standardDeviation(_ dimensions: [Int], correction: Int = 1, keep: Bool = false) throws(TorchError)
    -> Tensor
  {
    try Reduction.deviation(.tensor(self), .integers(dimensions), .integer(correction), .boolean(keep))
  }
  public func max() throws(TorchError) -> Tensor { try Reduction.maximum(.tensor(self)) }
  /// The greatest value of each slice and its index.
  public func max(_ dimension: Int, keep: Bool = false) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    let both = try Reduction.maximumDimension.all(.tensor(self), .integer(dimension), .boolean(keep), capacity: 2)
    return (both[0], both[1])
  }
  public func argmax(_ dimension: Int) throws(TorchError) -> Tensor {
    try Reduction.argmax(.tensor(self), .integer(dimension))
  }
  /// The `count` greatest values of each row in falling order, and their indices.
  public func topK(_ count: Int) throws(TorchError) -> (values: Tensor, indices: Tensor) {
    let both = try Reduction.topk.all(.tensor(self), .integer(count), capacity: 2)
    return (both[0], both[1])
  }
  public func sorted(_ dimension: Int = -1, descending: Bool = false) throws(TorchError) -> (
    values: Tensor, indices: Tensor
  ) {
    let both = try Reduction.sort.all(.tensor(self), .integer(dimension), .boolean(descending), capacity: 2)
    return (both[0], both[1])
  }
  public func logSumExp(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try Reduction.logSumExp(.tensor(self), .integers([dimension]), .boolean(keep))
  }
  /// The Euclidean norm of all elements.
  public func norm() throws(TorchError) -> Tensor { try Reduction.norm(.tensor(self)) }
  public func norm(_ dimension: Int, keep: Bool = false) throws(TorchError) -> Tensor {
    try Reduction.norm(.tensor(self), 2, .integers([dimension]), .boolean(keep))
  }
  /// Singular values of a matrix, in falling order.
  public func singularValues() throws(TorchError) -> Tensor { try Reduction.singularValues(.tensor(self)) }
  /// Eigenvalues of a symmetric matrix, in rising order.
  public func symmetricEigenvalues() throws(TorchError) -> Tensor {
    try Reduction.symmetricEigenvalues(.tensor(self))
  }
  /// Eigenvalues of a symmetric matrix, in rising order, and eigenvectors as the columns of `vectors`.
  public func symmetricEigen() throws(TorchError) -> (values: Tensor, vectors: Tensor) {
    let both = try Reduction.symmetricEigen.all(.tensor(self), capacity: 2)
    return (both[0], both[1])
  }
  public func allTrue() throws(TorchError) -> Bool { try Reduction.all(.tensor(self)).item() != 0 }
}
