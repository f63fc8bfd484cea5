// Shapes and numbers for the check of products and convolutions.
#pragma once
#include <cstdlib>
#include <random>

#include "gemm-reference.h"

/** One sequence of random numbers for all cases. */
inline std::mt19937_64 source;
/** The code of `camada::ArithmeticCode` that every other case has; the rest are float32. */
inline int checked_arithmetic = 0;

inline int64_t below(int64_t end) { return static_cast<int64_t>(source() % static_cast<uint64_t>(end)); }
inline int64_t between(int64_t first, int64_t last) { return first + below(last - first + 1); }

inline std::vector<float> random_values(int64_t count) {
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = distribution(source);
  return values;
}

/** Numbers that bfloat16 has, unless the arithmetic is float32. */
inline std::vector<float> random_inputs(int64_t count, int arithmetic) {
  auto values = random_values(count);
  if (arithmetic != 0) {
    for (float& value : values) value = std::ldexp(std::round(value * 128.0f), -7);
  }
  return values;
}

inline int random_arithmetic() { return below(2) == 0 ? checked_arithmetic : 0; }

/** The derivative of a linear activation and of relu leaves bfloat16 what it was. */
inline double tolerance(int arithmetic, int activation) { return arithmetic == 0 || activation < 2 ? 1 : 5000; }

inline reference::Convolution random_convolution() {
  reference::Convolution c = {};
  c.groups = below(4) == 0 ? between(2, 3) : 1;
  c.n = between(1, below(5) == 0 ? 9 : 3);
  c.c_in = c.groups * between(1, below(3) == 0 ? 40 : 17);
  c.c_out = c.groups * between(1, below(3) == 0 ? 40 : 17);
  const int64_t axes = between(1, 3);
  for (int axis = 0; axis < 3; axis++) {
    const bool is_used = axis >= 3 - axes;
    const int64_t longest = axes == 3 ? 5 : axes == 2 ? 12 : 70;
    c.kernel[axis] = is_used ? between(1, axes == 3 ? 3 : 7) : 1;
    c.stride[axis] = is_used && below(3) == 0 ? between(1, 3) : 1;
    c.dilation[axis] = is_used && below(4) == 0 ? between(1, 3) : 1;
    c.padding[axis] = is_used && below(2) == 0 ? below(c.kernel[axis] + 1) : 0;
    const int64_t reach = (c.kernel[axis] - 1) * c.dilation[axis] + 1;
    c.out[axis] = is_used ? between(1, longest) : 1;
    const int64_t after = below(2) == 0 ? 0 : below(c.padding[axis] + 1);
    const int64_t rest = below(c.stride[axis]);
    c.in[axis] = std::max<int64_t>(1, (c.out[axis] - 1) * c.stride[axis] + reach - c.padding[axis] - after + rest);
  }
  c.activation = static_cast<int>(below(6));
  c.arithmetic = random_arithmetic();
  return c;
}

/** The lesson's network and shapes that take other ways through the code: cut sums, bands of rows, empty tensors. */
inline constexpr reference::Convolution kFixed[] = {
    {2, 1, 6, 1, {1, 32, 32}, {1, 28, 28}, {1, 5, 5}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {2, 6, 16, 1, {1, 28, 28}, {1, 24, 24}, {1, 5, 5}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {2, 16, 120, 1, {1, 24, 24}, {1, 20, 20}, {1, 5, 5}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {1, 64, 70, 1, {1, 30, 30}, {1, 30, 30}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 1, 0},
    {3, 130, 140, 1, {1, 7, 7}, {1, 7, 7}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 0, 0},
    {2, 33, 20, 1, {1, 56, 56}, {1, 28, 28}, {1, 3, 3}, {1, 2, 2}, {0, 1, 1}, {1, 1, 1}, 0, 0},
    {2, 600, 65, 1, {1, 5, 5}, {1, 5, 5}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 2, 0},
    {2, 20, 600, 1, {1, 6, 6}, {1, 3, 3}, {1, 2, 2}, {1, 2, 2}, {0, 0, 0}, {1, 1, 1}, 0, 0},
    {1, 16, 48, 1, {1, 90, 90}, {1, 86, 86}, {1, 5, 5}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 4, 0},
    {0, 3, 4, 1, {1, 8, 8}, {1, 6, 6}, {1, 3, 3}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {2, 0, 4, 1, {1, 8, 8}, {1, 6, 6}, {1, 3, 3}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {2, 3, 0, 1, {1, 8, 8}, {1, 6, 6}, {1, 3, 3}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
    {2, 3, 4, 1, {1, 2, 8}, {1, 0, 6}, {1, 3, 3}, {1, 1, 1}, {0, 0, 0}, {1, 1, 1}, 3, 0},
};
