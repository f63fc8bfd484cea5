// Tells AddressSanitizer which bytes of the pool may be used: a kernel that leaves its tensors is caught there, although
// they share mappings. Does nothing in other builds.
#pragma once
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#define CAMADA_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CAMADA_ADDRESS_SANITIZER 1
#endif
#endif

#if defined(CAMADA_ADDRESS_SANITIZER)
#include <sanitizer/asan_interface.h>
#endif

namespace camada {

inline void poison([[maybe_unused]] const void* start, [[maybe_unused]] uint64_t size_bytes) {
#if defined(CAMADA_ADDRESS_SANITIZER)
  __asan_poison_memory_region(start, size_bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* start, [[maybe_unused]] uint64_t size_bytes) {
#if defined(CAMADA_ADDRESS_SANITIZER)
  __asan_unpoison_memory_region(start, size_bytes);
#endif
}

}  // namespace camada
