// Normalization of every channel, by given statistics or by those of the batch, and its gradient.
#include <algorithm>
#include <cmath>

#include "buffer-pool.h"
#include "channel-axis.h"
#include "channel-moments.h"
#include "element-wise.h"
#include "fields.h"
#include "status.h"

namespace camada {
namespace {

double reciprocal_root(float variance, double epsilon) {
  return 1 / std::sqrt(static_cast<double>(variance) + epsilon);
}

/** `y = (x - mean) factor + offset` */
void normalize(const ChannelAxis& axis, const float* x, const float* mean, const float* factor, const float* offset,
               float* y) {
  axis.for_rows(
      [&](int64_t channel, int64_t begin, int64_t length) {
        const Floats center = splat(mean[channel]);
        const Floats slope = splat(factor[channel]);
        const Floats added = splat(offset == nullptr ? -0.0f : offset[channel]);
        map_elements(x + begin, y + begin, length,
                     [&](Floats value) { return (value - center) * slope + added; });
      },
      [&](int64_t begin) {
        for (int64_t j = 0; j < axis.channels; j += kLanes) {
          const LaneRange range = lanes_between(0, std::min(kLanes, axis.channels - j));
          const Floats scaled =
              (load_lanes(x + begin + j, range) - load_lanes(mean + j, range)) * load_lanes(factor + j, range);
          const Floats value = offset == nullptr ? scaled : scaled + load_lanes(offset + j, range);
          store_some(y + begin + j, value, std::min(kLanes, axis.channels - j));
        }
      });
}

/** Factors of {@link normalize}; `scale` may be null. */
void factors_of(const ChannelAxis& axis, const float* variance, const float* scale, double epsilon, float* factor) {
  for (int64_t c = 0; c < axis.channels; c++) {
    factor[c] = static_cast<float>((scale == nullptr ? 1.0 : static_cast<double>(scale[c])) *
                                   reciprocal_root(variance[c], epsilon));
  }
}

/** Sums of `dy` and of `dy (x - mean)`. */
struct GradientSums {
  double plain = 0;
  double weighted = 0;
};

GradientSums sums_of_rows(const float* dy, const float* x, float mean, int64_t length, int64_t stride, int64_t rows) {
  const Floats center = splat(mean);
  GradientSums sums;
  for (int64_t row = 0; row < rows; row++, dy += stride, x += stride) {
    for (int64_t first = 0; first < length; first += ChannelAxis::kPiece) {
      const int64_t end = std::min(first + ChannelAxis::kPiece, length);
      Floats plain{}, weighted{};
      for (int64_t i = first; i < end; i += kLanes) {
        const LaneRange range = lanes_between(0, std::min(kLanes, end - i));
        const Floats gradient = load_lanes(dy + i, range);
        plain += gradient;
        weighted = fma(gradient, load_lanes(x + i, range) - center, weighted);
      }
      for (int64_t lane = 0; lane < kLanes; lane++) {
        sums.plain += static_cast<double>(plain[lane]);
        sums.weighted += static_cast<double>(weighted[lane]);
      }
    }
  }
  return sums;
}

void sums_of_columns(const float* dy, const float* x, const float* mean, int64_t width, int64_t stride, int64_t rows,
                     GradientSums* sums) {
  const LaneRange range = lanes_between(0, width);
  const Floats center = load_lanes(mean, range);
  for (int64_t first = 0; first < rows; first += ChannelAxis::kRows) {
    Floats plain{}, weighted{};
    for (int64_t row = first; row < std::min(first + ChannelAxis::kRows, rows); row++) {
      const Floats gradient = load_lanes(dy + row * stride, range);
      plain += gradient;
      weighted = fma(gradient, load_lanes(x + row * stride, range) - center, weighted);
    }
    for (int64_t lane = 0; lane < width; lane++) {
      sums[lane].plain += static_cast<double>(plain[lane]);
      sums[lane].weighted += static_cast<double>(weighted[lane]);
    }
  }
}

/** `dx = a dy + b (x - mean) + d`, three numbers for each channel one after the other. */
void scaled_gradient(const ChannelAxis& axis, const float* dy, const float* x, const float* mean, const float* a,
                     const float* b, const float* d, float* dx) {
  axis.for_rows(
      [&](int64_t channel, int64_t begin, int64_t length) {
        const Floats slope = splat(a[channel]);
        const Floats tilt = splat(b[channel]);
        const Floats shift = splat(d[channel]);
        const Floats center = splat(mean[channel]);
        combine_elements(dy + begin, x + begin, dx + begin, length, [&](Floats gradient, Floats value) {
          return fma(gradient, slope, fma(value - center, tilt, shift));
        });
      },
      [&](int64_t begin) {
        for (int64_t j = 0; j < axis.channels; j += kLanes) {
          const int64_t width = std::min(kLanes, axis.channels - j);
          const LaneRange range = lanes_between(0, width);
          const Floats distance = load_lanes(x + begin + j, range) - load_lanes(mean + j, range);
          const Floats tilted = fma(distance, load_lanes(b + j, range), load_lanes(d + j, range));
          store_some(dx + begin + j, fma(load_lanes(dy + begin + j, range), load_lanes(a + j, range), tilted), width);
        }
      });
}

}  // namespace
}  // namespace camada

/**
 * `(x - mean) scale / sqrt(variance + epsilon) + offset`; scale and offset may be null. Fields: `size of outer axes,
 * channels, size of inner axes, epsilon`.
 */
CAMADA_EXPORT int32_t camada_normalize(const double* numbers, const float* x, const float* mean, const float* variance,
                                       const float* offset, const float* scale, float* y) {
  using namespace camada;
  Fields fields(numbers);
  ChannelAxis axis;
  if (const Status status = axis.read(fields); status != kOk) return status;
  const double epsilon = fields.number();
  if (axis.is_empty()) return kOk;
  const Scratch<float> factors(axis.channels);
  if (factors.get() == nullptr) return kOutOfMemory;
  factors_of(axis, variance, scale, epsilon, factors.get());
  normalize(axis, x, mean, factors.get(), offset, y);
  return kOk;
}

/** The same by mean and biased variance of every channel of `x`, which it writes. Fields as of `camada_normalize`. */
CAMADA_EXPORT int32_t camada_batch_norm(const double* numbers, const float* x, const float* gamma, const float* beta,
                                        float* y, float* mean, float* variance) {
  using namespace camada;
  Fields fields(numbers);
  ChannelAxis axis;
  if (const Status status = axis.read(fields); status != kOk) return status;
  const double epsilon = fields.number();
  if (axis.is_empty()) {
    // The mean of nothing.
    std::fill_n(mean, axis.channels, std::nanf(""));
    std::fill_n(variance, axis.channels, std::nanf(""));
    return kOk;
  }
  const Scratch<float> factors(axis.channels);
  const Scratch<Moments> scratch(axis.parts() * axis.padded_channels());
  Moments* pieces = scratch.get();
  if (factors.get() == nullptr || pieces == nullptr) return kOutOfMemory;
  const int64_t stride = axis.channels * axis.inner;
  axis.for_parts(
      [&](int64_t part, int64_t channel, int64_t begin, int64_t length, int64_t rows) {
        pieces[part * axis.padded_channels() + channel] = moments_of_rows(x + begin, length, stride, rows);
      },
      [&](int64_t part, int64_t channel, int64_t width, int64_t begin, int64_t rows) {
        Moments* own = pieces + part * axis.padded_channels() + channel;
        std::fill_n(own, kLanes, Moments());
        moments_of_columns(x + begin, width, stride, rows, own);
      });
  for (int64_t c = 0; c < axis.channels; c++) {
    Moments all;
    for (int64_t part = 0; part < axis.parts(); part++) all.merge(pieces[part * axis.padded_channels() + c]);
    mean[c] = static_cast<float>(all.mean);
    variance[c] = static_cast<float>(all.squares / all.count);
  }
  factors_of(axis, variance, gamma, epsilon, factors.get());
  normalize(axis, x, mean, factors.get(), beta, y);
  return kOk;
}

/**
 * Gradients with respect to `x`, gamma and beta. Fields as of `camada_normalize`, then whether mean and variance are
 * those of `x`, so that the gradient flows through them too.
 */
CAMADA_EXPORT int32_t camada_batch_norm_gradient(const double* numbers, const float* dy, const float* x,
                                                 const float* mean, const float* variance, const float* gamma,
                                                 float* dx, float* d_gamma, float* d_beta) {
  using namespace camada;
  Fields fields(numbers);
  ChannelAxis axis;
  if (const Status status = axis.read(fields); status != kOk) return status;
  const double epsilon = fields.number();
  const bool is_of_batch = fields.flag();
  if (axis.is_empty()) {
    std::fill_n(d_gamma, axis.channels, 0.0f);
    std::fill_n(d_beta, axis.channels, 0.0f);
    return kOk;
  }
  const Scratch<float> factors(3 * axis.channels);
  const Scratch<GradientSums> scratch(axis.parts() * axis.padded_channels());
  GradientSums* pieces = scratch.get();
  if (factors.get() == nullptr || pieces == nullptr) return kOutOfMemory;
  const int64_t stride = axis.channels * axis.inner;
  axis.for_parts(
      [&](int64_t part, int64_t channel, int64_t begin, int64_t length, int64_t rows) {
        pieces[part * axis.padded_channels() + channel] =
            sums_of_rows(dy + begin, x + begin, mean[channel], length, stride, rows);
      },
      [&](int64_t part, int64_t channel, int64_t width, int64_t begin, int64_t rows) {
        GradientSums* own = pieces + part * axis.padded_channels() + channel;
        std::fill_n(own, kLanes, GradientSums());
        sums_of_columns(dy + begin, x + begin, mean + channel, width, stride, rows, own);
      });
  float* slope = factors.get();
  float* tilt = slope + axis.channels;
  float* shift = tilt + axis.channels;
  const auto count = static_cast<double>(axis.count());
  for (int64_t c = 0; c < axis.channels; c++) {
    GradientSums all;
    for (int64_t part = 0; part < axis.parts(); part++) {
      all.plain += pieces[part * axis.padded_channels() + c].plain;
      all.weighted += pieces[part * axis.padded_channels() + c].weighted;
    }
    const double root = reciprocal_root(variance[c], epsilon);
    d_beta[c] = static_cast<float>(all.plain);
    d_gamma[c] = static_cast<float>(all.weighted * root);
    const double factor = static_cast<double>(gamma[c]) * root;
    slope[c] = static_cast<float>(factor);
    tilt[c] = is_of_batch ? static_cast<float>(-factor * root * root * all.weighted / count) : 0.0f;
    shift[c] = is_of_batch ? static_cast<float>(-factor * all.plain / count) : 0.0f;
  }
  scaled_gradient(axis, dy, x, mean, slope, tilt, shift, dx);
  return kOk;
}
