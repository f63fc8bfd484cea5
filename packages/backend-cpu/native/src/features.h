// What the CPU can do beyond the instruction level that this library is built for. JavaScript finds it out and says so.
#pragma once
#include <atomic>
#include <cstdint>

#include "convolution-shape.h"

// Instructions are written by name, so that the level's other code cannot come to contain them.
#if defined(__AVX512F__) && defined(__x86_64__)
#define CAMADA_HAS_BFLOAT16 1
#else
#define CAMADA_HAS_BFLOAT16 0
#endif

namespace camada {

enum Feature : int32_t {
  kFeatureBfloat16 = 1,
  kFeatureAmx = 2,
  /** AMX in software: slow, for checks on CPUs without it. */
  kFeatureEmulatedAmx = 4,
};

/** Channels that make pairs worth their while: one alone would be paired with zeros. */
constexpr int64_t kFewestPairedChannels = 4;

extern std::atomic<int32_t> features;

/** Whether the CPU has a feature, or is said to have. */
inline bool has_feature(Feature feature) { return (features.load(std::memory_order_relaxed) & feature) != 0; }

/** Whether products of bfloat16 are asked for and the CPU has them; otherwise they are computed in float32. */
inline bool uses_bfloat16(Precision precision) {
  return CAMADA_HAS_BFLOAT16 != 0 && precision == Precision::kBfloat16 && has_feature(kFeatureBfloat16);
}

}  // namespace camada
