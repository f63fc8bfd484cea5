// Activations that layers fuse: applied to what a product leaves, and their derivatives, taken from the result alone.
#pragma once
#include "simd.h"
#include "vector-math.h"

namespace camada {

/** The codes of an operation's descriptor. */
enum class Activation : int32_t { kLinear, kRelu, kSigmoid, kTanh, kSoftrelu, kSoftsign };

inline bool is_activation(double code) { return code >= 0 && code <= 5 && code == static_cast<int32_t>(code); }

namespace detail {

/** Negative inputs give 0, NaN stays. */
inline Floats relu(Floats x) { return select(x < Floats{}, Floats{}, x); }

/** Values from a row to another, which may be the same one, by `function`. */
template <class Function>
inline void map_row(float* to, const float* from, int64_t count, Function function) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, function(load(from + i)));
  if (i < count) store_some(to + i, function(load_some(from + i, count - i)), count - i);
}

/** `dz = function(dy, y)` */
template <class Function>
inline void map_rows(float* dz, const float* dy, const float* y, int64_t count, Function function) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(dz + i, function(load(dy + i), load(y + i)));
  if (i < count) {
    store_some(dz + i, function(load_some(dy + i, count - i), load_some(y + i, count - i)), count - i);
  }
}

}  // namespace detail

/** Values of `rows` rows, `from_stride` apart, activated to rows `to_stride` apart, which may be the same ones. */
inline void activate_rows(Activation activation, float* to, int64_t to_stride, const float* from, int64_t from_stride,
                          int64_t rows, int64_t count) {
  const auto map = [=](auto function) {
    for (int64_t r = 0; r < rows; r++) detail::map_row(to + r * to_stride, from + r * from_stride, count, function);
  };
  switch (activation) {
    case Activation::kLinear:
      return map([](Floats x) { return x; });
    case Activation::kRelu:
      return map([](Floats x) { return detail::relu(x); });
    case Activation::kSigmoid:
      return map([](Floats x) { return sigmoid(x); });
    case Activation::kTanh:
      return map([](Floats x) { return tanh(x); });
    case Activation::kSoftrelu:
      return map([](Floats x) { return softrelu(x); });
    case Activation::kSoftsign:
      return map([](Floats x) { return softsign(x); });
  }
}

/** Applies the activation in place. */
inline void activate(Activation activation, float* row, int64_t count) {
  if (activation != Activation::kLinear) activate_rows(activation, row, 0, row, 0, 1, count);
}

/** `dz = dy f'(z)`, with the derivative written in terms of `y = f(z)`; a linear one needs no `y`. */
inline void activation_gradient(Activation activation, float* dz, const float* dy, const float* y, int64_t count) {
  const Floats one = splat(1.0f);
  switch (activation) {
    case Activation::kLinear:
      std::memcpy(dz, dy, static_cast<size_t>(count) * sizeof(float));
      return;
    case Activation::kRelu:
      return detail::map_rows(dz, dy, y, count, [](Floats g, Floats v) { return select(v > Floats{}, g, Floats{}); });
    case Activation::kSigmoid:
      return detail::map_rows(dz, dy, y, count, [one](Floats g, Floats v) { return g * (v * (one - v)); });
    case Activation::kTanh:
      // 1 - v^2 as a product, since the difference of the squares would lose what is left near saturation.
      return detail::map_rows(dz, dy, y, count, [one](Floats g, Floats v) { return g * ((one - v) * (one + v)); });
    case Activation::kSoftrelu:
      // y = log(1 + e^z), so the derivative, sigmoid(z), is 1 - e^-y.
      return detail::map_rows(dz, dy, y, count, [](Floats g, Floats v) { return g * -expm1(-v); });
    case Activation::kSoftsign:
      return detail::map_rows(dz, dy, y, count, [one](Floats g, Floats v) {
        const Floats rest = one - abs(v);
        return g * (rest * rest);
      });
  }
}

}  // namespace camada
