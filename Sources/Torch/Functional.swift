private enum Functional {
  static let relu = Operator("relu")
  static let linear = Operator("linear")
  static let conv2d = Operator("conv2d")
  static let batchNorm = Operator("batch_norm")
  static let maxPool2d = Operator("max_pool2d")
  static let adaptiveAveragePool = Operator("adaptive_avg_pool2d")
  static let normalize = Operator("linalg_vector_norm")
  static let softmax = Operator("softmax", "int")
  static let logSoftmax = Operator("log_softmax", "int")
  static let crossEntropy = Operator("cross_entropy_loss")
  static let sigmoid = Operator("sigmoid")
  static let softplus = Operator("softplus")
  static let binaryCrossEntropy = Operator("binary_cross_entropy_with_logits")
  static let gelu = Operator("gelu")
  static let layerNorm = Operator("layer_norm")
  static let attention = Operator("scaled_dot_product_attention")
  static let smoothL1 = Operator("smooth_l1_loss")
  static let resizeBicubic = Operator("_upsample_bicubic2d_aa")
  static let resizeBicubicPlainly = Operator("upsample_bicubic2d")
}

public func relu(_ x: Tensor) throws(TorchError) -> Tensor { try Functional.relu(.tensor(x)) }

/// x · weightᵀ + bias, for x [batch, in] and weight [out, in].
public func linear(_ x: Tensor, weight: Tensor, bias: Tensor?) throws(TorchError) -> Tensor {
  try Functional.linear(.tensor(x), .tensor(weight), .optional(bias))
}

/// x [batch, in, height, width], weight [out, in / groups, kernel, kernel].
public func conv2D(_ x: Tensor, weight: Tensor, bias: Tensor?, stride: Int, padding: Int, groups: Int = 1)
  throws(TorchError) -> Tensor
{
  try Functional.conv2d(
    .tensor(x), .tensor(weight), .optional(bias), .integers([stride, stride]), .integers([padding, padding]), [1, 1],
    .integer(groups))
}

/// Normalises channel by channel: in training by the statistics of the batch, updating the running ones in place;
/// otherwise by the running ones.
public func batchNorm(
  _ x: Tensor, weight: Tensor?, bias: Tensor?, runningMean: Tensor?, runningVariance: Tensor?, isTraining: Bool,
  momentum: Double, epsilon: Double
) throws(TorchError) -> Tensor {
  try Functional.batchNorm(
    .tensor(x), .optional(weight), .optional(bias), .optional(runningMean), .optional(runningVariance),
    .boolean(isTraining), .real(momentum), .real(epsilon), true)
}

public func maxPool2D(_ x: Tensor, kernel: Int, stride: Int, padding: Int) throws(TorchError) -> Tensor {
  try Functional.maxPool2d(
    .tensor(x), .integers([kernel, kernel]), .integers([stride, stride]), .integers([padding, padding]))
}

/// [batch, channels, height, width] → [batch, channels]
public func globalAveragePool(_ x: Tensor) throws(TorchError) -> Tensor {
  try Functional.adaptiveAveragePool(.tensor(x), [1, 1]).flattened(from: 1)
}

/// Scales rows to Euclidean length 1; a row shorter than `epsilon` is divided by `epsilon` instead.
public func normalized(_ x: Tensor, epsilon: Double = 1e-12) throws(TorchError) -> Tensor {
  try x / Functional.normalize(.tensor(x), 2, [-1], true).clamped(atLeast: epsilon)
}

public func softmax(_ x: Tensor, _ dimension: Int = -1) throws(TorchError) -> Tensor {
  try Functional.softmax(.tensor(x), .integer(dimension))
}

public func logSoftmax(_ x: Tensor, _ dimension: Int = -1) throws(TorchError) -> Tensor {
  try Functional.logSoftmax(.tensor(x), .integer(dimension))
}

/// The mean over rows of −log softmax(logits)[target]; logits [batch, classes], targets [batch] int64.
public func crossEntropy(_ logits: Tensor, _ targets: Tensor) throws(TorchError) -> Tensor {
  try Functional.crossEntropy(.tensor(logits), .tensor(targets))
}

public func sigmoid(_ x: Tensor) throws(TorchError) -> Tensor { try Functional.sigmoid(.tensor(x)) }

/// log(1 + exp(x)), element by element.
public func softplus(_ x: Tensor) throws(TorchError) -> Tensor { try Functional.softplus(.tensor(x)) }

/// The mean over all elements of −target · log σ(logit) − (1 − target) · log(1 − σ(logit)); targets from 0 to 1.
public func binaryCrossEntropy(_ logits: Tensor, _ targets: Tensor) throws(TorchError) -> Tensor {
  try Functional.binaryCrossEntropy(.tensor(logits), .tensor(targets))
}

/// The same with the loss of positive targets multiplied by `positiveWeight`, one weight per column.
public func binaryCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, positiveWeight: Tensor?
) throws(TorchError) -> Tensor {
  try Functional.binaryCrossEntropy(.tensor(logits), .tensor(targets), nil, .optional(positiveWeight))
}

/// x · Φ(x) with the exact distribution function Φ of the normal distribution (Hendrycks & Gimpel 2016).
public func gelu(_ x: Tensor) throws(TorchError) -> Tensor { try Functional.gelu(.tensor(x)) }

/// Normalises the last dimension of each element by its mean and biased variance; weight and bias [features], if any.
public func layerNorm(_ x: Tensor, weight: Tensor?, bias: Tensor?, epsilon: Double) throws(TorchError) -> Tensor {
  try Functional.layerNorm(
    .tensor(x), .integers([x.shape[x.rank - 1]]), .optional(weight), .optional(bias), .real(epsilon))
}

/// softmax(q kᵀ / √width) v; each [batch, heads, tokens, width].
public func scaledDotProductAttention(_ query: Tensor, _ key: Tensor, _ value: Tensor) throws(TorchError) -> Tensor {
  try Functional.attention(.tensor(query), .tensor(key), .tensor(value))
}

/// The mean over all elements of d²/2 where |d| < 1, else |d| − 1/2 (Girshick 2015).
public func smoothL1(_ x: Tensor, _ target: Tensor) throws(TorchError) -> Tensor {
  try Functional.smoothL1(.tensor(x), .tensor(target))
}

/// [batch, channels, h, w] → [batch, channels, height, width] by bicubic interpolation, with antialiasing when it
/// shrinks. The outer edges of the corner pixels stay aligned (`align_corners=False`).
public func resizedBicubic(_ x: Tensor, height: Int, width: Int) throws(TorchError) -> Tensor {
  try Functional.resizeBicubic(.tensor(x), .integers([height, width]), false)
}

/// As `resizedBicubic`, without antialiasing: by the four nearest pixels on each axis, and with a = -0.75 in place of -0.5.
///
/// - Parameter scales: how much larger the result is taken to be, along height and width; nil for what the sizes say.
package func plainlyResizedBicubic(
  _ x: Tensor, height: Int, width: Int, scales: (height: Double, width: Double)? = nil
) throws(TorchError) -> Tensor {
  try Functional.resizeBicubicPlainly(
    .tensor(x), .integers([height, width]), false, scales.map { .real($0.height) } ?? .none,
    scales.map { .real($0.width) } ?? .none)
}
