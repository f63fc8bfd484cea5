// Checks of pooling on planes.
#pragma once
#include "spatial-check.h"

extern "C" {
int32_t camada_max_pool(const double* fields, const float* x, float* y);
int32_t camada_max_pool_gradient(const double* fields, const float* dy, const float* x, float* dx);
int32_t camada_average_pool(const double* fields, const float* x, float* y);
int32_t camada_average_pool_gradient(const double* fields, const float* dy, float* dx);
}

namespace check {

/** Windows, elements clipped where there are none. */
struct PoolCase {
  int64_t planes;
  Axis axes[3];
  int64_t pad_end[3];
  bool counts_pad;

  int64_t in_size() const { return axes[0].in * axes[1].in * axes[2].in; }
  int64_t out_size() const { return axes[0].out * axes[1].out * axes[2].out; }
  int64_t taps() const { return axes[0].kernel * axes[1].kernel * axes[2].kernel; }

  std::vector<double> fields() const {
    std::vector<double> all = {double(planes)};
    for (int64_t Axis::*field : {&Axis::in, &Axis::out, &Axis::kernel, &Axis::stride, &Axis::pad}) {
      for (const Axis& axis : axes) all.push_back(double(axis.*field));
    }
    for (const int64_t pad : pad_end) all.push_back(double(pad));
    all.push_back(counts_pad);
    return all;
  }

  /** Elements of the window of output `o`, row-major. */
  std::vector<int64_t> window(int64_t o) const {
    const int64_t index[3] = {o / axes[2].out / axes[1].out, o / axes[2].out % axes[1].out, o % axes[2].out};
    std::vector<int64_t> elements;
    for (int64_t t = 0; t < taps(); t++) {
      const int64_t tap[3] = {t / axes[2].kernel / axes[1].kernel, t / axes[2].kernel % axes[1].kernel,
                              t % axes[2].kernel};
      int64_t element = 0;
      bool is_real = true;
      for (int i = 0; i < 3; i++) {
        const int64_t place = axes[i].place(index[i], tap[i]);
        is_real = is_real && place >= 0 && place < axes[i].in;
        element = element * axes[i].in + place;
      }
      if (is_real) elements.push_back(element);
    }
    return elements;
  }

  double divisor(int64_t o) const {
    const int64_t index[3] = {o / axes[2].out / axes[1].out, o / axes[2].out % axes[1].out, o % axes[2].out};
    double product = 1;
    for (int i = 0; i < 3; i++) {
      int64_t count = 0;
      for (int64_t t = 0; t < axes[i].kernel; t++) {
        const int64_t place = axes[i].place(index[i], t);
        count += counts_pad ? place < axes[i].in + pad_end[i] : place >= 0 && place < axes[i].in;
      }
      product *= double(count);
    }
    return product < 1 ? 1 : product;
  }
};

inline PoolCase random_pool(Random& random) {
  PoolCase c;
  c.planes = random.whole(1, 9);
  c.axes[0] = random.whole(0, 4) == 0 ? random_axis(random, 5, false) : one();
  c.axes[1] = random.whole(0, 9) == 0 ? one() : random_axis(random, 20, false);
  c.axes[2] = random_axis(random, 40, false);
  if (random.whole(0, 9) == 0) {
    // One window over everything has code of its own.
    for (Axis& axis : c.axes) axis = {axis.in, 1, axis.in + random.whole(0, 1), 1, 0, 1};
  }
  if (random.whole(0, 19) == 0) c.axes[1] = {random.whole(60, 130), 0, 3, 1, 1, 1};
  if (c.axes[1].out == 0) c.axes[1].out = c.axes[1].in;
  const bool is_large = random.whole(0, 19) == 0;
  if (is_large || random.whole(0, 1) == 0) {
    // The usual windows have code of their own, and the large images several chunks of work.
    c.axes[0] = one();
    const int64_t kernel = random.whole(2, 3), stride = random.whole(1, 2), pad = random.whole(0, 1);
    for (int i = 1; i < 3; i++) {
      const int64_t in = is_large ? random.whole(90, 150) : random.whole(kernel, 40);
      c.axes[i] = {in, (in + 2 * pad - kernel) / stride + 1, kernel, stride, pad, 1};
    }
  }
  for (int i = 0; i < 3; i++) c.pad_end[i] = random.whole(0, c.axes[i].kernel);
  c.counts_pad = random.whole(0, 1) == 0;
  return c;
}

inline void check_pool(uint64_t seed, Verdict& forward, Verdict& gradient) {
  Random random(seed);
  const PoolCase c = random_pool(random);
  const std::vector<double> fields = c.fields();
  std::vector<float> x = random.reals(c.planes * c.in_size());
  const int64_t kind = random.whole(0, 3);
  // Few different values, so that maxima tie; and the values that compare in ways of their own.
  if (kind > 0) for (float& value : x) value = std::floor(value * 3);
  if (kind > 1) for (float& value : x) value = random.whole(0, 3) == 0 ? -INFINITY : value;
  if (kind > 2) for (float& value : x) value = random.whole(0, 9) == 0 ? NAN : value;
  const std::vector<float> dy = random.reals(c.planes * c.out_size());
  std::vector<float> y(dy.size(), 7), dx(x.size(), 7);
  std::vector<double> ref_dx(x.size());
  camada_max_pool(fields.data(), x.data(), y.data());
  camada_max_pool_gradient(fields.data(), dy.data(), x.data(), dx.data());
  for (int64_t plane = 0; plane < c.planes; plane++) {
    for (int64_t o = 0; o < c.out_size(); o++) {
      float best = 0;
      int64_t place = -1;
      for (const int64_t i : c.window(o)) {
        const float value = x[plane * c.in_size() + i];
        if (place >= 0 && !(value > best || (std::isnan(value) && !std::isnan(best)))) continue;
        best = value;
        place = i;
      }
      const int64_t at = plane * c.out_size() + o;
      forward.near(place < 0 ? -3.4028234663852886e38 : double(best), y[at], 0, seed, at);
      if (place >= 0) ref_dx[plane * c.in_size() + place] += dy[at];
    }
  }
  for (size_t i = 0; i < dx.size(); i++) gradient.near(ref_dx[i], dx[i], 1, seed, static_cast<int64_t>(i));

  x = random.reals(c.planes * c.in_size());
  camada_average_pool(fields.data(), x.data(), y.data());
  camada_average_pool_gradient(fields.data(), dy.data(), dx.data());
  ref_dx.assign(x.size(), 0);
  for (int64_t plane = 0; plane < c.planes; plane++) {
    for (int64_t o = 0; o < c.out_size(); o++) {
      const int64_t at = plane * c.out_size() + o;
      double sum = 0;
      for (const int64_t i : c.window(o)) {
        sum += x[plane * c.in_size() + i];
        ref_dx[plane * c.in_size() + i] += dy[at] / c.divisor(o);
      }
      forward.near(sum / c.divisor(o), y[at], 0, seed, at);
    }
  }
  for (size_t i = 0; i < dx.size(); i++) gradient.near(ref_dx[i], dx[i], 1, seed, static_cast<int64_t>(i));
}

}  // namespace check
