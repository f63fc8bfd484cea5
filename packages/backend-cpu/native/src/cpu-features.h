#pragma once
#include <cstdint>

namespace camada {

enum CpuFeature : int32_t {
  /** AVX2 with FMA and F16C. */
  kAvx2 = 1,
  /** AVX-512 F, BW, DQ and VL. */
  kAvx512 = 2,
  kAvx512Bf16 = 4,
  /** Tiles with bf16 products, and the system's permission to use them. */
  kAmxBf16 = 8,
};

int32_t cpu_features();

}  // namespace camada
