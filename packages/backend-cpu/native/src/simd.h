// Vectors of the width of this build's instruction level, on the compiler's own vector types: one source for x86-64 and
// arm64. The level is set by the compiler's flags; every level is a library of its own.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define CAMADA_LANES 16
#define CAMADA_LEVEL "avx512"
#elif defined(__AVX2__)
#define CAMADA_LANES 8
#define CAMADA_LEVEL "avx2"
#elif defined(__ARM_NEON)
#define CAMADA_LANES 4
#define CAMADA_LEVEL "neon"
#else
#define CAMADA_LANES 4
#define CAMADA_LEVEL "generic"
#endif

namespace camada {

constexpr int64_t kLanes = CAMADA_LANES;
#if defined(__AVX512F__) || defined(__ARM_NEON)
constexpr int kRegisters = 32;
#else
constexpr int kRegisters = 16;
#endif

typedef float Floats __attribute__((vector_size(CAMADA_LANES * 4)));
typedef int32_t Ints __attribute__((vector_size(CAMADA_LANES * 4)));
typedef uint32_t UnsignedInts __attribute__((vector_size(CAMADA_LANES * 4)));
typedef float UnalignedFloats __attribute__((vector_size(CAMADA_LANES * 4), aligned(4), may_alias));
typedef int32_t UnalignedInts __attribute__((vector_size(CAMADA_LANES * 4), aligned(4), may_alias));

inline Floats load(const float* from) { return *reinterpret_cast<const UnalignedFloats*>(from); }
inline void store(float* to, Floats value) { *reinterpret_cast<UnalignedFloats*>(to) = value; }
inline Floats splat(float value) { return value - Floats{}; }

/** Some neighbouring lanes. */
struct LaneRange {
#if defined(__AVX512F__)
  __mmask16 mask;
#elif defined(__AVX2__)
  __m256i mask;
#else
  int64_t begin, end;
#endif
};

inline LaneRange lanes_between(int64_t begin, int64_t end) {
#if defined(__AVX512F__)
  return {static_cast<__mmask16>((1u << end) - (1u << begin))};
#elif defined(__AVX2__)
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  const __m256i before_end = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(end)), lanes);
  const __m256i before_begin = _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(begin)), lanes);
  return {_mm256_andnot_si256(before_begin, before_end)};
#else
  return {begin, end};
#endif
}

/** Lane `i` from `from[i]`, the lanes of the range alone; the others are 0 and their memory is not touched. */
inline Floats load_lanes(const float* from, LaneRange range) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(range.mask, from);
#elif defined(__AVX2__)
  return _mm256_maskload_ps(from, range.mask);
#else
  Floats value{};
  for (int64_t lane = range.begin; lane < range.end; lane++) value[lane] = from[lane];
  return value;
#endif
}

/** Lane `i` from `from[i]`, the lanes of the range alone; the others are those of `other`, their memory is not touched. */
inline Floats load_lanes(const float* from, LaneRange range, Floats other) {
#if defined(__AVX512F__)
  return _mm512_mask_loadu_ps(other, range.mask, from);
#elif defined(__AVX2__)
  return _mm256_blendv_ps(other, _mm256_maskload_ps(from, range.mask), _mm256_castsi256_ps(range.mask));
#else
  for (int64_t lane = range.begin; lane < range.end; lane++) other[lane] = from[lane];
  return other;
#endif
}

/** Lane `i` from `from[2 i]`, for lanes `[begin, end)`; the others are 0 and their memory is not touched. */
inline Floats load_every_second(const float* from, int64_t begin, int64_t end) {
#if defined(__AVX512F__)
  const uint64_t touched = (1ull << (2 * end - 1)) - (1ull << (2 * begin));
  const __m512 low = _mm512_maskz_loadu_ps(static_cast<__mmask16>(touched), from);
  const __m512 high = _mm512_maskz_loadu_ps(static_cast<__mmask16>(touched >> 16), from + 16);
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_maskz_permutex2var_ps(lanes_between(begin, end).mask, low, even, high);
#elif defined(__AVX2__)
  // The upper half begins one before where it would: lane 7 is the last that may be touched.
  const auto touched = [begin, end](int64_t first) {
    return lanes_between(2 * begin - first, 2 * end - 1 - first);
  };
  const bool is_whole = begin == 0 && end == kLanes;
  const __m256 low = is_whole ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, touched(0).mask);
  const __m256 high = is_whole ? _mm256_loadu_ps(from + 7) : _mm256_maskload_ps(from + 7, touched(7).mask);
  const __m256 even = _mm256_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 2, 0));
  return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(even), _MM_SHUFFLE(3, 1, 2, 0)));
#else
  Floats value{};
  for (int64_t lane = begin; lane < end; lane++) value[lane] = from[2 * lane];
  return value;
#endif
}

/** The first `count` lanes, the others 0. */
inline Floats load_some(const float* from, int64_t count) { return load_lanes(from, lanes_between(0, count)); }

/** The lanes of the range, the others 0. */
inline Floats keep_lanes(Floats value, LaneRange range) {
#if defined(__AVX512F__)
  return _mm512_maskz_mov_ps(range.mask, value);
#elif defined(__AVX2__)
  return _mm256_and_ps(value, _mm256_castsi256_ps(range.mask));
#else
  for (int64_t lane = 0; lane < kLanes; lane++) value[lane] = lane >= range.begin && lane < range.end ? value[lane] : 0.0f;
  return value;
#endif
}

inline void store_some(float* to, Floats value, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, lanes_between(0, count).mask, value);
#elif defined(__AVX2__)
  // AMD's cores take a dozen cycles for a masked store.
  if (count >= kLanes) return store(to, value);
  __m128 rest = _mm256_castps256_ps128(value);
  if ((count & 4) != 0) {
    _mm_storeu_ps(to, rest);
    rest = _mm256_extractf128_ps(value, 1);
    to += 4;
  }
  if ((count & 2) != 0) {
    _mm_storel_pi(reinterpret_cast<__m64*>(to), rest);
    rest = _mm_movehl_ps(rest, rest);
    to += 2;
  }
  if ((count & 1) != 0) _mm_store_ss(to, rest);
#else
  for (int64_t lane = 0; lane < count; lane++) to[lane] = value[lane];
#endif
}

/** `a * b + c`, with one rounding where the level has the instruction. */
inline Floats fma(Floats a, Floats b, Floats c) {
#if defined(__AVX512F__)
  return _mm512_fmadd_ps(a, b, c);
#elif defined(__FMA__)
  return _mm256_fmadd_ps(a, b, c);
#elif defined(__ARM_NEON)
  return vfmaq_f32(c, a, b);
#else
  return a * b + c;
#endif
}

/** The larger of two numbers for a positive `kSign`, the smaller for a negative one; `b` where one is NaN. */
template <int kSign>
inline Floats extreme(Floats a, Floats b) {
#if defined(__AVX512F__)
  // GCC 12 finds the unmasked forms to read what nobody wrote.
  constexpr __mmask16 kAll = 0xffff;
  return kSign > 0 ? _mm512_maskz_max_ps(kAll, a, b) : _mm512_maskz_min_ps(kAll, a, b);
#elif defined(__AVX2__)
  return kSign > 0 ? _mm256_max_ps(a, b) : _mm256_min_ps(a, b);
#else
  return kSign > 0 ? (a > b ? a : b) : (a < b ? a : b);
#endif
}

/** Whether one of many numbers was NaN. */
class NanWatch {
 public:
  void see(Floats a, Floats b) {
#if defined(__AVX512F__)
    found_ |= _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q);
#elif defined(__AVX2__)
    found_ = _mm256_or_ps(found_, _mm256_cmp_ps(a, b, _CMP_UNORD_Q));
#else
    found_ |= (a != a) | (b != b);
#endif
  }

  bool has_seen() const {
#if defined(__AVX512F__)
    return found_ != 0;
#elif defined(__AVX2__)
    return _mm256_movemask_ps(found_) != 0;
#else
    int32_t any = 0;
    for (int64_t lane = 0; lane < kLanes; lane++) any |= found_[lane];
    return any != 0;
#endif
  }

 private:
#if defined(__AVX512F__)
  __mmask16 found_ = 0;
#elif defined(__AVX2__)
  __m256 found_ = _mm256_setzero_ps();
#else
  Ints found_{};
#endif
};

/** `a` in the lanes where a comparison held, else `b`. */
inline Floats select(Ints mask, Floats a, Floats b) { return mask ? a : b; }

inline Ints bits_of(Floats value) { return reinterpret_cast<Ints>(value); }

/** Sums and differences that wrap around, which only unsigned integers may do: those of bits of any number. */
inline Ints wrapping_sum(Ints a, Ints b) {
  return reinterpret_cast<Ints>(reinterpret_cast<UnsignedInts>(a) + reinterpret_cast<UnsignedInts>(b));
}
inline Ints wrapping_difference(Ints a, Ints b) {
  return reinterpret_cast<Ints>(reinterpret_cast<UnsignedInts>(a) - reinterpret_cast<UnsignedInts>(b));
}
inline Floats floats_of(Ints bits) { return reinterpret_cast<Floats>(bits); }
inline Floats abs(Floats value) { return floats_of(bits_of(value) & 0x7fffffff); }
/** `magnitude`, which is not negative, with the sign of `sign`. */
inline Floats with_sign(Floats magnitude, Floats sign) {
  return floats_of(bits_of(magnitude) | (bits_of(sign) & static_cast<int32_t>(0x80000000)));
}

/** `kCount` elements brought down to one by `merge`, which takes vectors too: the halves of all, of the result, and so on. */
template <int kCount, class Element, class Merge>
inline Element fold(const Element* elements, Merge merge) {
  if constexpr (kCount == 1) {
    return elements[0];
  } else {
    typedef Element Half __attribute__((vector_size(kCount / 2 * sizeof(Element))));
    Half halves[2];
    std::memcpy(halves, elements, sizeof(halves));
    const Half both = merge(halves[0], halves[1]);
    Element rest[kCount / 2];
    std::memcpy(rest, &both, sizeof(both));
    return fold<kCount / 2>(rest, merge);
  }
}

/** All lanes brought down to one, always in the same order. */
template <class Lanes, class Merge>
inline auto fold_lanes(const Lanes& value, Merge merge) {
  decltype(value[0] + value[0]) lanes[kLanes];
  std::memcpy(lanes, &value, sizeof(lanes));
  return fold<kLanes>(lanes, merge);
}

/** The sum of all lanes, always in the same order. */
inline float sum_of(Floats value) {
  return fold_lanes(value, [](auto a, auto b) { return a + b; });
}

/** The sum of a row. */
inline float sum_of(const float* row, int64_t count) {
  Floats sum{};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) sum += load(row + i);
  if (i < count) sum += load_some(row + i, count - i);
  return sum_of(sum);
}

}  // namespace camada
