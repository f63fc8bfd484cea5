// Transposition of a square block in registers.
#pragma once
#include <utility>

#include "simd.h"

namespace camada {

namespace detail {

using LaneIndex = std::make_integer_sequence<int, CAMADA_LANES>;

/** Pairs of one lane from `a` and one from `b`, out of the lower (0) or upper (1) half of every 128 bits. */
template <int kUpper, int... kLane>
inline Floats zip(Floats a, Floats b, std::integer_sequence<int, kLane...>) {
  return __builtin_shufflevector(a, b, (kLane / 4 * 4 + kUpper * 2 + kLane % 4 / 2 + kLane % 2 * CAMADA_LANES)...);
}

/** 64 bits from `a` and 64 from `b`, out of the lower (0) or upper (1) half of every 128 bits. */
template <int kUpper, int... kLane>
inline Floats zip_pairs(Floats a, Floats b, std::integer_sequence<int, kLane...>) {
  return __builtin_shufflevector(
      a, b, (kLane / 4 * 4 + kUpper * 2 + kLane % 2 + kLane % 4 / 2 * CAMADA_LANES)...);
}

/** Every other 128 bits of `a`, then of `b`, from the first (0) or second (1) on. */
template <int kFirst, int... kLane>
inline Floats unzip_quarters(Floats a, Floats b, std::integer_sequence<int, kLane...>) {
  return __builtin_shufflevector(a, b, ((kLane / 4 * 2 + kFirst) * 4 + kLane % 4)...);
}

}  // namespace detail

/** Makes rows columns, in a block of `kLanes` rows. */
inline void transpose(Floats* rows) {
  constexpr detail::LaneIndex kIndex{};
  // First within blocks of four by four: afterwards the 128 bits `k` of row 4 i + j hold column 4 k + j of rows 4 i to
  // 4 i + 3.
#pragma GCC unroll 4
  for (int i = 0; i < CAMADA_LANES; i += 4) {
    const Floats a = detail::zip<0>(rows[i], rows[i + 1], kIndex);
    const Floats b = detail::zip<1>(rows[i], rows[i + 1], kIndex);
    const Floats c = detail::zip<0>(rows[i + 2], rows[i + 3], kIndex);
    const Floats d = detail::zip<1>(rows[i + 2], rows[i + 3], kIndex);
    rows[i] = detail::zip_pairs<0>(a, c, kIndex);
    rows[i + 1] = detail::zip_pairs<1>(a, c, kIndex);
    rows[i + 2] = detail::zip_pairs<0>(b, d, kIndex);
    rows[i + 3] = detail::zip_pairs<1>(b, d, kIndex);
  }
#if CAMADA_LANES >= 8
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
#if CAMADA_LANES == 8
    const Floats a = detail::unzip_quarters<0>(rows[j], rows[j + 4], kIndex);
    rows[j + 4] = detail::unzip_quarters<1>(rows[j], rows[j + 4], kIndex);
    rows[j] = a;
#else
    const Floats a = detail::unzip_quarters<0>(rows[j], rows[j + 4], kIndex);
    const Floats b = detail::unzip_quarters<1>(rows[j], rows[j + 4], kIndex);
    const Floats c = detail::unzip_quarters<0>(rows[j + 8], rows[j + 12], kIndex);
    const Floats d = detail::unzip_quarters<1>(rows[j + 8], rows[j + 12], kIndex);
    rows[j] = detail::unzip_quarters<0>(a, c, kIndex);
    rows[j + 4] = detail::unzip_quarters<0>(b, d, kIndex);
    rows[j + 8] = detail::unzip_quarters<1>(a, c, kIndex);
    rows[j + 12] = detail::unzip_quarters<1>(b, d, kIndex);
#endif
  }
#endif
}

}  // namespace camada
