// A depthwise convolution: every input channel has its own `multiplier` kernels, which see no other channel.
#pragma once
#include <cstdint>

#include "window-activation.h"
#include "window.h"

namespace camada {

/** What the exported functions find in `fields`. */
struct Depthwise {
  int64_t n;
  int64_t channels;
  /** Outputs of one input channel. */
  int64_t multiplier;
  Window window;
  WindowActivation activation;

  int64_t planes() const { return n * channels; }
  int64_t in_size() const { return window.in_size(); }
  int64_t out_size() const { return window.out_size(); }
};

/**
 * Reads `fields`: n, cIn, cOut, groups, three axes each of input, output, kernel, strides, padding before, dilations,
 * then the activation. False when it is no depthwise convolution, or none at all.
 */
inline bool read_depthwise(const double* fields, Depthwise& to) {
  const auto field = [fields](int index) { return static_cast<int64_t>(fields[index]); };
  const auto axis = [&field](int index) {
    return WindowAxis{field(4 + index),  field(7 + index),  field(10 + index),
                      field(13 + index), field(16 + index), field(19 + index)};
  };
  to.n = field(0);
  to.channels = field(1);
  if (to.n < 0 || to.channels < 0 || field(3) != to.channels) return false;
  if (to.channels > 0 && (field(2) < to.channels || field(2) % to.channels != 0)) return false;
  to.multiplier = to.channels > 0 ? field(2) / to.channels : 1;
  to.window = {axis(0), axis(1), axis(2)};
  to.activation = static_cast<WindowActivation>(field(22));
  return to.window.is_valid() && is_window_activation(fields[22]);
}

}  // namespace camada
