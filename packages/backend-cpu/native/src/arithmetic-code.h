// What products are computed with, as JavaScript says with every operation: several backends share a library.
#pragma once
#include <cstdint>

// Instructions are written by name, so that the level's other code cannot come to contain them.
#if defined(__AVX512F__) && defined(__x86_64__)
#define CAMADA_HAS_BFLOAT16 1
#else
#define CAMADA_HAS_BFLOAT16 0
#endif

namespace camada {

/**
 * The codes of an operation's descriptor; a library without one's instructions computes in float32. Three products of
 * bfloat16 in place of one of float32 would pay on AMX alone; they are not built.
 */
enum class ArithmeticCode : int32_t {
  kFloat32,
  /** Pairs of bfloat16 in vectors of AVX-512. */
  kBfloat16,
  /** Tiles of bfloat16, for products that fill them; the others in float32. */
  kAmx,
  /** AMX in software: slow, for checks on CPUs without it. */
  kEmulatedAmx,
};

inline bool is_arithmetic_code(double code) { return code == 0 || code == 1 || code == 2 || code == 3; }

/** Channels that make pairs worth their while: one alone would be paired with zeros. */
constexpr int64_t kFewestPairedChannels = 4;

}  // namespace camada
