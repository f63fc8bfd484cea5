// Transposition of a square block in registers.
#pragma once
#include <utility>

#include "simd.h"

namespace camada {

namespace detail {

/** One butterfly: exchanges the off-diagonal blocks of `kStep` lanes between two rows. */
template <int kStep, int... kLane>
inline void exchange(Floats& upper, Floats& lower, std::integer_sequence<int, kLane...>) {
  constexpr int kCount = CAMADA_LANES;
  const Floats first = __builtin_shufflevector(upper, lower, ((kLane & kStep) ? kCount + kLane - kStep : kLane)...);
  const Floats second = __builtin_shufflevector(upper, lower, ((kLane & kStep) ? kCount + kLane : kLane + kStep)...);
  upper = first;
  lower = second;
}

template <int kStep>
inline void exchange_rows(Floats* rows) {
#pragma GCC unroll 16
  for (int row = 0; row < CAMADA_LANES; row++) {
    if ((row & kStep) == 0) {
      exchange<kStep>(rows[row], rows[row + kStep], std::make_integer_sequence<int, CAMADA_LANES>());
    }
  }
}

}  // namespace detail

/** Makes rows columns, in a block of `kLanes` rows. */
inline void transpose(Floats* rows) {
  detail::exchange_rows<1>(rows);
  detail::exchange_rows<2>(rows);
#if CAMADA_LANES >= 8
  detail::exchange_rows<4>(rows);
#endif
#if CAMADA_LANES >= 16
  detail::exchange_rows<8>(rows);
#endif
}

}  // namespace camada
