// What the CPU and the system together allow, by feature bits: model names lie in virtual machines.
#include "cpu-features.h"

#include "status.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace camada {
namespace {

#if defined(__x86_64__)
constexpr uint32_t bit(int index) { return 1u << index; }

bool has(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

/** Registers that the system saves when it switches between programs. */
uint64_t saved_registers() {
  uint32_t low = 0;
  uint32_t high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

constexpr uint64_t kYmm = 0x6;
constexpr uint64_t kZmm = 0xe6;
constexpr uint64_t kTiles = 0x60000;

/** Linux lends tiles only to programs that ask for them. */
bool may_use_tiles() {
#if defined(__linux__)
  constexpr long kRequestPermission = 0x1023;
  constexpr long kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}
#endif

}  // namespace

int32_t cpu_features() {
#if defined(__x86_64__)
  uint32_t a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  constexpr uint32_t kFma = bit(12), kOsxsave = bit(27), kF16c = bit(29);
  if (!has(c, kFma | kOsxsave | kF16c)) return 0;
  const uint64_t saved = saved_registers();
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (saved & kYmm) != kYmm || !has(b, bit(5))) return 0;
  int32_t features = kAvx2;
  constexpr uint32_t kFoundation = bit(16), kDoubleQuad = bit(17), kByteWord = bit(30), kShort = bit(31);
  if ((saved & kZmm) != kZmm || !has(b, kFoundation | kDoubleQuad | kByteWord | kShort)) return features;
  features |= kAvx512;
  const bool tiles = has(d, bit(22) | bit(24)) && (saved & kTiles) == kTiles;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && has(a, bit(5))) features |= kAvx512Bf16;
  if (tiles && may_use_tiles()) features |= kAmxBf16;
  return features;
#else
  return 0;
#endif
}

}  // namespace camada

/** Bits of `camada::CpuFeature`. */
CAMADA_EXPORT int32_t camada_cpu_features() { return camada::cpu_features(); }

/** Rises whenever an exported function changes its meaning; JavaScript refuses a library of another number. */
CAMADA_EXPORT int32_t camada_abi_version() { return 1; }
