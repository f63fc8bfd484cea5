#include "features.h"

#include "status.h"

namespace camada {

std::atomic<int32_t> features{0};

}  // namespace camada

/** Bit 0: bfloat16 products of AVX-512. Bit 1: bfloat16 products of AMX. */
CAMADA_EXPORT void camada_set_features(int32_t flags) { camada::features.store(flags, std::memory_order_relaxed); }
