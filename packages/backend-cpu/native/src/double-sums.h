// Sums of vectors in double precision, a sum for every lane.
#pragma once
#include <utility>

#include "simd.h"

namespace camada {

/** Two vectors of half the lanes: GCC keeps one of twice a register's width in memory, and moves it about by words. */
class DoubleSums {
 public:
  void operator+=(Floats values) {
    low_ += widen<0>(values, Lane{});
    high_ += widen<kHalf>(values, Lane{});
  }

  /** The sum of all lanes, always in the same order. */
  double total() const {
    double lanes[kLanes];
    write(lanes);
    return fold<kLanes>(lanes, [](auto a, auto b) { return a + b; });
  }

  /** `sums[lane]` for every lane. */
  void read(const double* sums) {
    std::memcpy(&low_, sums, sizeof(low_));
    std::memcpy(&high_, sums + kHalf, sizeof(high_));
  }
  void write(double* sums) const {
    std::memcpy(sums, &low_, sizeof(low_));
    std::memcpy(sums + kHalf, &high_, sizeof(high_));
  }

 private:
  static constexpr int kHalf = CAMADA_LANES / 2;
  using Lane = std::make_integer_sequence<int, kHalf>;
  typedef double Doubles __attribute__((vector_size(CAMADA_LANES * 4)));

  template <int kFirst, int... kLane>
  static Doubles widen(Floats values, std::integer_sequence<int, kLane...>) {
    return __builtin_convertvector(__builtin_shufflevector(values, values, (kFirst + kLane)...), Doubles);
  }

  Doubles low_{};
  Doubles high_{};
};

}  // namespace camada
