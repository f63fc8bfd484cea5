// What sliding windows need of vectors: rows whose end is no whole vector, and the splitting and merging of even and odd
// columns that a stride of 2 asks for.
#pragma once
#include <cstdint>

#include "simd.h"

namespace camada {

/** Lanes `[begin, end)` of a vector; bounds outside of it are those of the vector. */
class LaneSpan {
 public:
  LaneSpan(int64_t begin, int64_t end)
      : begin(begin > 0 ? (begin < kLanes ? begin : kLanes) : 0), end(end > 0 ? (end < kLanes ? end : kLanes) : 0) {
#if defined(__AVX512F__)
    mask = static_cast<__mmask16>(((1u << this->end) - 1u) & ~((1u << this->begin) - 1u));
#elif defined(__AVX2__)
    const Ints lanes = {0, 1, 2, 3, 4, 5, 6, 7};
    mask = (lanes >= static_cast<int32_t>(this->begin)) & (lanes < static_cast<int32_t>(this->end));
#endif
  }

  bool is_whole() const { return begin == 0 && end == kLanes; }

  const int64_t begin;
  const int64_t end;
#if defined(__AVX512F__)
  __mmask16 mask;
#elif defined(__AVX2__)
  Ints mask;
#endif
};

/** The lanes of a range, read from `from + lane`; the others are `otherwise` and not read. */
inline Floats load_span(const float* from, LaneSpan range, float otherwise = 0) {
  if (range.is_whole()) return load(from);
#if defined(__AVX512F__)
  return _mm512_mask_loadu_ps(splat(otherwise), range.mask, from);
#elif defined(__AVX2__)
  return select(range.mask, _mm256_maskload_ps(from, reinterpret_cast<__m256i>(range.mask)), splat(otherwise));
#else
  Floats value = splat(otherwise);
  for (int64_t lane = range.begin; lane < range.end; lane++) value[lane] = from[lane];
  return value;
#endif
}

/** Writes the lanes of a range to `to + lane`. */
inline void store_span(float* to, Floats value, LaneSpan range) {
  if (range.is_whole()) return store(to, value);
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, range.mask, value);
#elif defined(__AVX2__)
  if (range.begin == 0) return store_some(to, value, range.end);
  _mm256_maskstore_ps(to, reinterpret_cast<__m256i>(range.mask), value);
#else
  for (int64_t lane = range.begin; lane < range.end; lane++) to[lane] = value[lane];
#endif
}

#if CAMADA_LANES == 16
#define CAMADA_EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define CAMADA_ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define CAMADA_LOW_LANES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define CAMADA_HIGH_LANES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif CAMADA_LANES == 8
#define CAMADA_EVEN_LANES 0, 2, 4, 6, 8, 10, 12, 14
#define CAMADA_ODD_LANES 1, 3, 5, 7, 9, 11, 13, 15
#define CAMADA_LOW_LANES 0, 8, 1, 9, 2, 10, 3, 11
#define CAMADA_HIGH_LANES 4, 12, 5, 13, 6, 14, 7, 15
#else
#define CAMADA_EVEN_LANES 0, 2, 4, 6
#define CAMADA_ODD_LANES 1, 3, 5, 7
#define CAMADA_LOW_LANES 0, 4, 1, 5
#define CAMADA_HIGH_LANES 2, 6, 3, 7
#endif

/** Lanes 0, 2, 4 ... of `a` followed by `b`. */
inline Floats even_lanes(Floats a, Floats b) { return __builtin_shufflevector(a, b, CAMADA_EVEN_LANES); }
/** Lanes 1, 3, 5 ... of `a` followed by `b`. */
inline Floats odd_lanes(Floats a, Floats b) { return __builtin_shufflevector(a, b, CAMADA_ODD_LANES); }
/** `a[0], b[0], a[1], b[1] ...`: the first half. */
inline Floats interleave_low(Floats a, Floats b) { return __builtin_shufflevector(a, b, CAMADA_LOW_LANES); }
/** The second half. */
inline Floats interleave_high(Floats a, Floats b) { return __builtin_shufflevector(a, b, CAMADA_HIGH_LANES); }

/** In which lanes a comparison held. */
#if defined(__AVX512F__)
using LaneMask = __mmask16;
#else
using LaneMask = Ints;
#endif

/** Where `x` takes the place of the maximum so far: where it is greater, or the first NaN if there can be any. */
template <bool HasNan>
inline LaneMask exceeds(Floats x, Floats best) {
#if defined(__AVX512F__)
  if constexpr (!HasNan) return _mm512_cmp_ps_mask(x, best, _CMP_GT_OQ);
  return _mm512_mask_cmp_ps_mask(_mm512_cmp_ps_mask(best, best, _CMP_ORD_Q), x, best, _CMP_NLE_UQ);
#else
  if constexpr (!HasNan) return x > best;
  return (x > best) | ((x != x) & (best == best));
#endif
}

inline LaneMask is_nan(Floats x) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
#else
  return x != x;
#endif
}

/** Whether a lane is set. */
inline bool any(LaneMask mask) {
#if defined(__AVX512F__)
  return mask != 0;
#elif defined(__AVX2__)
  return _mm256_movemask_ps(reinterpret_cast<__m256>(mask)) != 0;
#else
  int32_t all = 0;
  for (int64_t lane = 0; lane < kLanes; lane++) all |= mask[lane];
  return all != 0;
#endif
}

inline LaneMask equals(Ints a, Ints b) {
#if defined(__AVX512F__)
  return _mm512_cmpeq_epi32_mask(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b));
#else
  return a == b;
#endif
}

/** Whether a lane before `end` is negative. */
inline bool has_negative(Ints value, int64_t end) {
#if defined(__AVX512F__)
  const __mmask16 all = _mm512_movepi32_mask(reinterpret_cast<__m512i>(value));
  return (all & lanes_between(0, end < kLanes ? end : kLanes).mask) != 0;
#elif defined(__AVX2__)
  const auto all = static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(value)));
  return (all & (end < kLanes ? (1u << end) - 1 : 255u)) != 0;
#else
  int32_t all = 0;
  for (int64_t lane = 0; lane < kLanes && lane < end; lane++) all |= value[lane];
  return all < 0;
#endif
}

/** `a` in the lanes of the mask, else `b`. */
inline Floats choose(LaneMask mask, Floats a, Floats b) {
#if defined(__AVX512F__)
  return _mm512_mask_blend_ps(mask, b, a);
#else
  return mask ? a : b;
#endif
}

inline Ints choose(LaneMask mask, Ints a, Ints b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Ints>(
      _mm512_mask_blend_epi32(mask, reinterpret_cast<__m512i>(b), reinterpret_cast<__m512i>(a)));
#else
  return mask ? a : b;
#endif
}

inline Ints splat(int32_t value) { return Ints{} + value; }
inline Ints load_ints(const int32_t* from) { return *reinterpret_cast<const UnalignedInts*>(from); }
inline void store_ints(int32_t* to, Ints value) { *reinterpret_cast<UnalignedInts*>(to) = value; }

/** The sum of all lanes in double precision, always in the same order. */
inline double sum_of_lanes(Floats value) {
  double sum = 0;
  for (int64_t lane = 0; lane < kLanes; lane++) sum += static_cast<double>(value[lane]);
  return sum;
}

/** `count` elements copied without a call; the two do not overlap. */
inline void copy_floats(float* to, const float* from, int64_t count) {
  for (int64_t i = 0; i < count; i += kLanes) {
    const LaneSpan range(0, count - i);
    store_span(to + i, load_span(from + i, range), range);
  }
}

inline void fill_floats(float* to, float value, int64_t count) {
  for (int64_t i = 0; i < count; i += kLanes) store_span(to + i, splat(value), {0, count - i});
}

}  // namespace camada
