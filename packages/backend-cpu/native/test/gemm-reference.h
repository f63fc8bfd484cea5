// Products and convolutions in float64, written as their definitions, with a bound on the rounding errors of float32.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace reference {

/** A sum and the sum of its terms' magnitudes, to which rounding errors are in proportion. */
struct Sum {
  double value = 0;
  double magnitude = 0;

  void add(double term) {
    value += term;
    magnitude += std::fabs(term);
  }
};

inline double activated(int code, double z) {
  switch (code) {
    case 1:
      return z > 0 ? z : 0;
    case 2:
      return 1 / (1 + std::exp(-z));
    case 3:
      return std::tanh(z);
    case 4:
      return (z > 0 ? z : 0) + std::log1p(std::exp(-std::fabs(z)));
    case 5:
      return z / (1 + std::fabs(z));
    default:
      return z;
  }
}

/** The derivative, from the activated value. */
inline double derivative(int code, double y) {
  switch (code) {
    case 1:
      return y > 0 ? 1 : 0;
    case 2:
      return y * (1 - y);
    case 3:
      return 1 - y * y;
    case 4:
      return -std::expm1(-y);
    case 5:
      return (1 - std::fabs(y)) * (1 - std::fabs(y));
    default:
      return 1;
  }
}

struct Convolution {
  int64_t n, c_in, c_out, groups;
  int64_t in[3], out[3], kernel[3], stride[3], padding[3], dilation[3];
  int activation;
  int arithmetic;

  int64_t plane() const { return in[0] * in[1] * in[2]; }
  int64_t positions() const { return out[0] * out[1] * out[2]; }
  int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }
  int64_t group_in() const { return c_in / groups; }
  int64_t group_out() const { return c_out / groups; }

  std::vector<double> fields() const {
    std::vector<double> f = {double(n), double(c_in), double(c_out), double(groups)};
    for (const auto& sizes : {in, out, kernel, stride, padding, dilation}) {
      for (int axis = 0; axis < 3; axis++) f.push_back(double(sizes[axis]));
    }
    f.push_back(activation);
    f.push_back(arithmetic);
    return f;
  }

  /** Calls `visit(x index, weight index, y index)` for every product of the sum. */
  template <class Visit>
  void for_each_product(Visit visit) const {
    for (int64_t image = 0; image < n; image++) {
      for (int64_t o = 0; o < c_out; o++) {
        const int64_t group = o / group_out();
        for (int64_t position = 0; position < positions(); position++) {
          const int64_t at[3] = {position / out[2] / out[1], position / out[2] % out[1], position % out[2]};
          for (int64_t tap = 0; tap < taps(); tap++) {
            const int64_t k[3] = {tap / kernel[2] / kernel[1], tap / kernel[2] % kernel[1], tap % kernel[2]};
            int64_t source = 0;
            bool is_inside = true;
            for (int axis = 0; axis < 3; axis++) {
              const int64_t i = at[axis] * stride[axis] - padding[axis] + k[axis] * dilation[axis];
              is_inside = is_inside && i >= 0 && i < in[axis];
              source = source * in[axis] + i;
            }
            if (!is_inside) continue;
            for (int64_t c = 0; c < group_in(); c++) {
              visit((image * c_in + group * group_in() + c) * plane() + source, (o * group_in() + c) * taps() + tap,
                    (image * c_out + o) * positions() + position);
            }
          }
        }
      }
    }
  }
};

/** The largest error, in units of what rounding may cause: above 1 is wrong. */
inline double worst_error(const std::vector<float>& got, const std::vector<double>& exact,
                          const std::vector<double>& magnitude) {
  double worst = 0;
  for (size_t i = 0; i < got.size(); i++) {
    // Eight units in the last place of the terms' sum and of the result.
    const double allowed = 1e-6 * (magnitude[i] + std::fabs(exact[i])) + 1e-30;
    const double error = std::fabs(got[i] - exact[i]) / allowed;
    worst = std::isnan(error) ? INFINITY : std::max(worst, error);
  }
  return worst;
}

}  // namespace reference
