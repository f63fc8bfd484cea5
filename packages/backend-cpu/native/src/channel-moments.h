// Mean and variance of every channel in one pass over memory: sums of differences from a number near the mean, which lose
// no digits, for pieces that are merged in double precision.
#pragma once
#include "channel-axis.h"

namespace camada {

/** Number, mean and sum of squared differences from the mean. */
struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;

  /** Chan, Golub and LeVeque 1979. */
  void merge(const Moments& other) {
    if (other.count == 0) return;
    const double both = count + other.count;
    const double difference = other.mean - mean;
    mean += difference * (other.count / both);
    squares += other.squares + difference * difference * (count / both) * other.count;
    count = both;
  }
};

/** Sums of `x - center` and of their squares. */
struct CenteredSums {
  double plain;
  double squares;

  Moments moments(double count, float center) const {
    return {count, static_cast<double>(center) + plain / count, std::max(0.0, squares - plain * plain / count)};
  }
  /** Whether so much of the squares is the center's distance from the mean that digits were lost. */
  bool is_far(double count) const { return plain * plain > 0.75 * count * squares; }
};

inline CenteredSums centered_sums(const float* x, int64_t count, float center) {
  const Floats around = splat(center);
  Floats plain[2]{}, squares[2]{};
  int64_t i = 0;
  for (; i + 2 * kLanes <= count; i += 2 * kLanes) {
    for (int64_t half = 0; half < 2; half++) {
      const Floats difference = load(x + i + half * kLanes) - around;
      plain[half] += difference;
      squares[half] = fma(difference, difference, squares[half]);
    }
  }
  for (; i < count; i += kLanes) {
    const LaneRange range = lanes_between(0, std::min(kLanes, count - i));
    const Floats difference = keep_lanes(load_lanes(x + i, range) - around, range);
    plain[0] += difference;
    squares[0] = fma(difference, difference, squares[0]);
  }
  CenteredSums sums{0, 0};
  for (int64_t lane = 0; lane < kLanes; lane++) {
    sums.plain += static_cast<double>(plain[0][lane]) + static_cast<double>(plain[1][lane]);
    sums.squares += static_cast<double>(squares[0][lane]) + static_cast<double>(squares[1][lane]);
  }
  return sums;
}

/** The moments of one piece; `center` is where the mean is expected. */
inline Moments moments_of_piece(const float* x, int64_t count, float center) {
  const auto number = static_cast<double>(count);
  CenteredSums sums = centered_sums(x, count, center);
  if (sums.is_far(number)) {
    center = static_cast<float>(sums.moments(number, center).mean);
    sums = centered_sums(x, count, center);
  }
  return sums.moments(number, center);
}

/** The moments of some rows of one channel. */
inline Moments moments_of_rows(const float* x, int64_t length, int64_t stride, int64_t rows) {
  Moments all;
  float center = x[0];
  for (int64_t row = 0; row < rows; row++, x += stride) {
    for (int64_t i = 0; i < length; i += ChannelAxis::kPiece) {
      all.merge(moments_of_piece(x + i, std::min(ChannelAxis::kPiece, length - i), center));
      center = static_cast<float>(all.mean);
    }
  }
  return all;
}

/** The moments of up to a vector of neighbouring channels over some rows, `[kLanes]`. */
inline void moments_of_columns(const float* x, int64_t width, int64_t stride, int64_t rows, Moments* all) {
  const LaneRange range = lanes_between(0, width);
  Floats center = load_lanes(x, range);
  for (int64_t first = 0; first < rows; first += ChannelAxis::kRows) {
    const float* from = x + first * stride;
    const int64_t count = std::min(ChannelAxis::kRows, rows - first);
    const auto number = static_cast<double>(count);
    for (int attempt = 0; attempt < 2; attempt++) {
      Floats plain{}, squares{};
      for (int64_t row = 0; row < count; row++) {
        const Floats difference = load_lanes(from + row * stride, range) - center;
        plain += difference;
        squares = fma(difference, difference, squares);
      }
      bool is_far = false;
      Moments own[kLanes];
      for (int64_t lane = 0; lane < width; lane++) {
        const CenteredSums sums{static_cast<double>(plain[lane]), static_cast<double>(squares[lane])};
        is_far |= sums.is_far(number);
        own[lane] = sums.moments(number, center[lane]);
      }
      if (attempt == 0 && is_far) {
        for (int64_t lane = 0; lane < width; lane++) center[lane] = static_cast<float>(own[lane].mean);
        continue;
      }
      for (int64_t lane = 0; lane < width; lane++) {
        all[lane].merge(own[lane]);
        center[lane] = static_cast<float>(all[lane].mean);
      }
      break;
    }
  }
}

}  // namespace camada
