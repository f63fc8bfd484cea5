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
typedef float UnalignedFloats __attribute__((vector_size(CAMADA_LANES * 4), aligned(4), may_alias));
typedef int32_t UnalignedInts __attribute__((vector_size(CAMADA_LANES * 4), aligned(4), may_alias));

inline Floats load(const float* from) { return *reinterpret_cast<const UnalignedFloats*>(from); }
inline void store(float* to, Floats value) { *reinterpret_cast<UnalignedFloats*>(to) = value; }
inline Floats splat(float value) { return value - Floats{}; }

#if defined(__AVX512F__)
inline __mmask16 first_lanes(int64_t count) { return static_cast<__mmask16>((1u << count) - 1); }
#elif defined(__AVX2__)
inline __m256i first_lanes(int64_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
#endif

/** The first `count` lanes, fewer than all, the others 0. */
inline Floats load_some(const float* from, int64_t count) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps(first_lanes(count), from);
#elif defined(__AVX2__)
  return _mm256_maskload_ps(from, first_lanes(count));
#else
  Floats value{};
  std::memcpy(&value, from, static_cast<size_t>(count) * sizeof(float));
  return value;
#endif
}

inline void store_some(float* to, Floats value, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, first_lanes(count), value);
#elif defined(__AVX2__)
  _mm256_maskstore_ps(to, first_lanes(count), value);
#else
  std::memcpy(to, &value, static_cast<size_t>(count) * sizeof(float));
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

/** `a` in the lanes where a comparison held, else `b`. */
inline Floats select(Ints mask, Floats a, Floats b) { return mask ? a : b; }

inline Ints bits_of(Floats value) { return reinterpret_cast<Ints>(value); }
inline Floats floats_of(Ints bits) { return reinterpret_cast<Floats>(bits); }
inline Floats abs(Floats value) { return floats_of(bits_of(value) & 0x7fffffff); }
/** `magnitude`, which is not negative, with the sign of `sign`. */
inline Floats with_sign(Floats magnitude, Floats sign) {
  return floats_of(bits_of(magnitude) | (bits_of(sign) & static_cast<int32_t>(0x80000000)));
}

/** The sum of all lanes, always in the same order. */
inline float sum_of(Floats value) {
  float lanes[kLanes];
  store(lanes, value);
  for (int64_t half = kLanes / 2; half > 0; half /= 2) {
    for (int64_t lane = 0; lane < half; lane++) lanes[lane] += lanes[lane + half];
  }
  return lanes[0];
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
