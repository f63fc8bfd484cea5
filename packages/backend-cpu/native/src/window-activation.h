// Activations fused into kernels that slide windows, by the numbers of `fields`.
#pragma once
#include "vector-math.h"

namespace camada {

enum class WindowActivation : int32_t { kLinear, kRelu, kSigmoid, kTanh, kSoftrelu, kSoftsign };

inline bool is_window_activation(double code) { return code >= 0 && code <= 5; }

/** The activation of `x`; NaN stays NaN. */
inline Floats activated(WindowActivation kind, Floats x) {
  switch (kind) {
    case WindowActivation::kRelu:
      return select(x < Floats{}, Floats{}, x);
    case WindowActivation::kSigmoid:
      return sigmoid(x);
    case WindowActivation::kTanh:
      return tanh(x);
    case WindowActivation::kSoftrelu:
      return softrelu(x);
    case WindowActivation::kSoftsign:
      return softsign(x);
    default:
      return x;
  }
}

/** `dy` times the derivative, told from the activated value `y`. */
inline Floats undo_activation(WindowActivation kind, Floats dy, Floats y) {
  const Floats one = splat(1.0f);
  switch (kind) {
    case WindowActivation::kRelu:
      return select(y > Floats{}, dy, Floats{});
    case WindowActivation::kSigmoid:
      return dy * (y * (one - y));
    case WindowActivation::kTanh:
      return dy * (one - y * y);
    case WindowActivation::kSoftrelu:
      return -(dy * expm1(-y));
    case WindowActivation::kSoftsign: {
      const Floats rest = one - abs(y);
      return dy * (rest * rest);
    }
    default:
      return dy;
  }
}

/** `dz = dy * activation'(z)` of `count` elements. */
inline void undo_activation(WindowActivation kind, const float* dy, const float* y, float* dz, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(dz + i, undo_activation(kind, load(dy + i), load(y + i)));
  if (i == count) return;
  store_some(dz + i, undo_activation(kind, load_some(dy + i, count - i), load_some(y + i, count - i)), count - i);
}

}  // namespace camada
