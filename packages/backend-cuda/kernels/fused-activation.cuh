// Activations fused into kernels, by the numbers of `src/matrix/activations.ts`.

constexpr int kLinear = 0;
constexpr int kRelu = 1;
constexpr int kSigmoid = 2;
constexpr int kTanh = 3;
constexpr int kSoftrelu = 4;
constexpr int kSoftsign = 5;
constexpr int kRelu6 = 6;
constexpr int kElu = 7;
constexpr int kLeakyRelu = 8;

/** The activation of `x`; NaN stays NaN. `alpha` is the slope of a leaky rectifier below 0. */
template <int kKind>
__device__ inline float activated(float x, float alpha) {
  if (kKind == kRelu) return x < 0 ? 0 : x;
  if (kKind == kSigmoid) return 1 / (1 + expf(-x));
  if (kKind == kTanh) return tanhf(x);
  if (kKind == kSoftrelu) return (x < 0 ? 0 : x) + log1pf(expf(-fabsf(x)));
  if (kKind == kSoftsign) return isinf(x) ? copysignf(1, x) : x / (1 + fabsf(x));
  if (kKind == kRelu6) return x < 0 ? 0 : (x > 6 ? 6 : x);
  if (kKind == kElu) return x >= 0 ? x : expm1f(x);
  if (kKind == kLeakyRelu) return x < 0 ? alpha * x : x;
  return x;
}

/** `dy` times the derivative, told from the activated value `y`. */
template <int kKind>
__device__ inline float undo_activation(float dy, float y) {
  if (kKind == kRelu) return y > 0 ? dy : 0;
  if (kKind == kSigmoid) return dy * (y * (1 - y));
  if (kKind == kTanh) return dy * (1 - y * y);
  if (kKind == kSoftrelu) return -(dy * expm1f(-y));
  if (kKind == kSoftsign) {
    const float rest = 1 - fabsf(y);
    return dy * (rest * rest);
  }
  return dy;
}
