// What the checks of kernels over spatial axes share: random numbers, arrays that end where an over-read is noticed, and
// the comparison with a reference in double precision.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <vector>

namespace check {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2862933555777941757u + 3037000493u) {}
  /** In `[low, high]`. */
  int64_t whole(int64_t low, int64_t high) { return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1)); }
  float real() { return static_cast<float>(next() % 2048) / 1024.0f - 1.0f; }
  std::vector<float> reals(int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    for (float& value : values) value = real();
    values.shrink_to_fit();
    return values;
  }

 private:
  uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_ >> 16;
  }
  uint64_t state_;
};

/** One spatial axis, as in `fields`. */
struct Axis {
  int64_t in, out, kernel, stride, pad, dilation;
  int64_t place(int64_t index, int64_t tap) const { return index * stride - pad + tap * dilation; }
};

/** An axis with a fitting output; sizes up to `most`, so that every tail of a vector occurs. */
inline Axis random_axis(Random& random, int64_t most, bool is_dilated) {
  for (;;) {
    Axis axis;
    axis.in = random.whole(1, most);
    const int64_t kernels[] = {1, 2, 3, 3, 3, 4, 5, 5, 7};
    axis.kernel = kernels[random.whole(0, 8)];
    axis.stride = random.whole(0, 3) == 0 ? 3 : random.whole(1, 2);
    axis.dilation = is_dilated && random.whole(0, 2) == 0 ? random.whole(2, 3) : 1;
    axis.pad = random.whole(0, axis.kernel);
    const int64_t padded = axis.in + axis.pad + random.whole(0, axis.kernel);
    const int64_t reach = (axis.kernel - 1) * axis.dilation + 1;
    if (padded < reach) continue;
    axis.out = (padded - reach) / axis.stride + 1;
    return axis;
  }
}

inline Axis one() { return {1, 1, 1, 1, 0, 1}; }

/** Counts failures and the largest error; names the first few. */
class Verdict {
 public:
  explicit Verdict(const char* name) : name_(name) {}

  /** `scale` is what rounding errors are relative to. */
  void near(double expected, double got, double scale, uint64_t seed, int64_t index) {
    compared_++;
    const bool is_same = expected == got || (std::isnan(expected) && std::isnan(got));
    const double error = is_same ? 0 : std::fabs(expected - got) / (1e-6 * (1 + scale));
    if (error > worst_) worst_ = error;
    if (error <= 1) return;
    if (failures_++ < 3) {
      std::printf("%s: seed %llu element %lld: expected %.9g, got %.9g\n", name_, static_cast<unsigned long long>(seed),
                  static_cast<long long>(index), expected, got);
    }
    if (std::isnan(error)) worst_ = error;
  }

  /** Prints one line and tells whether all was well. */
  bool passed() const {
    std::printf("%-32s %10lld compared, %lld wrong, worst error %.2f of 1\n", name_, static_cast<long long>(compared_),
                static_cast<long long>(failures_), worst_);
    return failures_ == 0 && compared_ > 0;
  }

 private:
  const char* name_;
  int64_t compared_ = 0;
  int64_t failures_ = 0;
  double worst_ = 0;
};

}  // namespace check
