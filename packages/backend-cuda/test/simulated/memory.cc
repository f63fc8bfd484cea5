// Device memory of the simulation: every allocation on pages of its own, which end where the allocation does, with a page
// behind them that may not be touched. What was freed may not be touched either.
#include <sys/mman.h>

#include <cstdint>
#include <cstring>

namespace {

constexpr uint64_t kPageBytes = 4096;
/** As much as the widest loads need. */
constexpr uint64_t kAlignment = 16;

uint64_t pages_for(uint64_t bytes) { return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes; }

}  // namespace

#pragma GCC visibility push(default)

/** Filled with ones: NaN as float32, -1 as int32. 0 when the system has no room. */
extern "C" uint64_t camada_allocate(uint64_t bytes) {
  const uint64_t aligned = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  const uint64_t usable = pages_for(aligned);
  void* memory = mmap(nullptr, usable + kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 0;
  const uint64_t start = reinterpret_cast<uint64_t>(memory);
  mprotect(reinterpret_cast<void*>(start + usable), kPageBytes, PROT_NONE);
  std::memset(reinterpret_cast<void*>(start + usable - aligned), 0xff, aligned);
  return start + usable - aligned;
}

extern "C" void camada_free(uint64_t address, uint64_t bytes) {
  const uint64_t usable = pages_for((bytes + kAlignment - 1) / kAlignment * kAlignment);
  munmap(reinterpret_cast<void*>(address / kPageBytes * kPageBytes), usable + kPageBytes);
}

/** Whether the bytes that alignment adds behind an allocation are as they were. */
extern "C" int camada_is_intact(uint64_t address, uint64_t bytes) {
  for (uint64_t i = bytes; i % kAlignment != 0; i++) {
    if (reinterpret_cast<const unsigned char*>(address)[i] != 0xff) return 0;
  }
  return 1;
}

extern "C" void camada_copy(uint64_t to, uint64_t from, uint64_t bytes) {
  std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
}

extern "C" void camada_copy_in(uint64_t to, const void* from, uint64_t bytes) {
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
}

extern "C" void camada_copy_out(void* to, uint64_t from, uint64_t bytes) {
  std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
}

extern "C" void camada_fill(uint64_t to, int value, uint64_t bytes) {
  std::memset(reinterpret_cast<void*>(to), value, bytes);
}

#pragma GCC visibility pop
