private enum Shaping {
  static let reshape = Operator("reshape")
  static let transpose = Operator("transpose", "int")
  static let permute = Operator("permute")
  static let flatten = Operator("flatten", "using_ints")
  static let unsqueeze = Operator("unsqueeze")
  static let squeeze = Operator("squeeze", "dim")
  static let narrow = Operator("narrow")
  static let select = Operator("select", "int")
  static let cat = Operator("cat")
  static let stack = Operator("stack")
  static let indexSelect = Operator("index_select")
  static let gather = Operator("gather")
  static let chunk = Operator("chunk")
  static let unbind = Operator("unbind", "int")
  static let diagonal = Operator("diagonal")
  static let maskedFill = Operator("masked_fill", "Scalar")
  static let expand = Operator("expand")
  static let turn = Operator("rot90")
}

extension Tensor {
  /// One size may be −1; it is then computed from the others.
  public func reshaped(_ shape: [Int]) throws(TorchError) -> Tensor {
    try Shaping.reshape(.tensor(self), .integers(shape))
  }

  /// Exchanges two dimensions. Shares memory.
  public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TorchError) -> Tensor {
    try Shaping.transpose(.tensor(self), .integer(first), .integer(second))
  }

  public func permuted(_ order: [Int]) throws(TorchError) -> Tensor {
    try Shaping.permute(.tensor(self), .integers(order))
  }

  /// Joins the dimensions from `start` on: [a, b, c, …] → [a, b·c·…] for 1.
  public func flattened(from start: Int = 0) throws(TorchError) -> Tensor {
    try Shaping.flatten(.tensor(self), .integer(start), -1)
  }

  public func unsqueezed(_ dimension: Int) throws(TorchError) -> Tensor {
    try Shaping.unsqueeze(.tensor(self), .integer(dimension))
  }

  public func squeezed(_ dimension: Int) throws(TorchError) -> Tensor {
    try Shaping.squeeze(.tensor(self), .integer(dimension))
  }

  /// The elements in `range` of one dimension. Shares memory.
  public func narrowed(_ dimension: Int, _ range: Range<Int>) throws(TorchError) -> Tensor {
    try Shaping.narrow(.tensor(self), .integer(dimension), .integer(range.lowerBound), .integer(range.count))
  }

  /// The rows in `range`. Shares memory.
  public func rows(_ range: Range<Int>) throws(TorchError) -> Tensor { try narrowed(0, range) }

  /// The elements at one index of one dimension, which is removed. Shares memory.
  public func selected(_ dimension: Int, _ index: Int) throws(TorchError) -> Tensor {
    try Shaping.select(.tensor(self), .integer(dimension), .integer(index))
  }

  /// The slices of one dimension, by default the rows, that an int64 tensor of indices selects, in its order.
  public func indexed(_ dimension: Int = 0, by indices: Tensor) throws(TorchError) -> Tensor {
    try Shaping.indexSelect(.tensor(self), .integer(dimension), .tensor(indices))
  }

  public func gathered(_ dimension: Int, _ indices: Tensor) throws(TorchError) -> Tensor {
    try Shaping.gather(.tensor(self), .integer(dimension), .tensor(indices))
  }

  /// At most `count` equal parts of one dimension. Shares memory.
  public func chunks(_ count: Int, dimension: Int = 0) throws(TorchError) -> [Tensor] {
    try Shaping.chunk.all(.tensor(self), .integer(count), .integer(dimension), capacity: count)
  }

  /// The slices of one dimension, which is removed. They share memory with this tensor.
  public func unstacked(_ dimension: Int = 0) throws(TorchError) -> [Tensor] {
    try Shaping.unbind.all(.tensor(self), .integer(dimension), capacity: shape[dimension])
  }

  /// The elements [i, i + offset] of a matrix. Shares memory.
  public func diagonal(offset: Int = 0) throws(TorchError) -> Tensor {
    try Shaping.diagonal(.tensor(self), .integer(offset))
  }

  /// Replaces the elements where `mask` is true by `value`.
  public func filled(where mask: Tensor, with value: Double) throws(TorchError) -> Tensor {
    try Shaping.maskedFill(.tensor(self), .tensor(mask), .real(value))
  }

  public func expanded(_ shape: [Int]) throws(TorchError) -> Tensor {
    try Shaping.expand(.tensor(self), .integers(shape))
  }
}

extension Tensor {
  /// Rotates pictures [batch, channels, height, width] counter-clockwise by quarter turns.
  public func turned(quarters: Int) throws(TorchError) -> Tensor {
    try Shaping.turn(.tensor(self), .integer(quarters), [2, 3])
  }
}

/// Joins along an existing dimension.
public func concatenate(_ tensors: [Tensor], dimension: Int = 0) throws(TorchError) -> Tensor {
  try Shaping.cat(.tensors(tensors), .integer(dimension))
}

/// Joins along a new dimension.
public func stack(_ tensors: [Tensor], dimension: Int = 0) throws(TorchError) -> Tensor {
  try Shaping.stack(.tensors(tensors), .integer(dimension))
}
