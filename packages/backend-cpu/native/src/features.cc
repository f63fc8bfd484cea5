#include "features.h"

#include "status.h"

#if CAMADA_HAS_BFLOAT16 && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace camada {

std::atomic<int32_t> features{0};

namespace {

/** Linux gives a process the memory for tiles only when it asks. */
bool may_use_tiles() {
#if CAMADA_HAS_BFLOAT16 && defined(__linux__)
  constexpr long kRequestPermission = 0x1023;
  constexpr long kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

}  // namespace
}  // namespace camada

/**
 * Says what the CPU has: bit 0 for bfloat16 products of AVX-512, bit 1 for those of AMX, bit 2 for AMX in software,
 * which is for checks. Answers the bits that are in effect: the system may refuse tiles.
 */
CAMADA_EXPORT int32_t camada_set_features(int32_t flags) {
  using namespace camada;
  if ((flags & kFeatureAmx) != 0 && !may_use_tiles()) flags &= ~kFeatureAmx;
  features.store(flags, std::memory_order_relaxed);
  return flags;
}
