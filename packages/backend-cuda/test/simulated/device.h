// CUDA C for the system's C++ compiler: what a kernel may use of a device, done by one CPU thread. Blocks run one after
// another. The threads of a block are fibers: one runs until it waits for others, then the next.
#pragma once
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <utility>

#define CAMADA_SIMULATED 1

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __constant__ static
#define __launch_bounds__(...)
#define __align__(bytes) __attribute__((aligned(bytes)))
// One section, so that it can be spoilt before every block: nothing may rely on what another block left.
#define __shared__ static __attribute__((section("camada_shared")))
#define CAMADA_DYNAMIC_SHARED(type, name) type* name = reinterpret_cast<type*>(camada_simulated::dynamic_shared())

struct uint3 {
  unsigned x, y, z;
};
using dim3 = uint3;

#define CAMADA_VECTOR_TYPES(element, name, bytes)                                                        \
  struct alignas(2 * bytes) name##2 { element x, y; };                                                   \
  struct name##3 { element x, y, z; };                                                                   \
  struct alignas(4 * bytes > 16 ? 16 : 4 * bytes) name##4 { element x, y, z, w; };                       \
  inline name##2 make_##name##2(element x, element y) { return {x, y}; }                                 \
  inline name##3 make_##name##3(element x, element y, element z) { return {x, y, z}; }                   \
  inline name##4 make_##name##4(element x, element y, element z, element w) { return {x, y, z, w}; }
struct uchar4 {
  unsigned char x, y, z, w;
} __attribute__((aligned(4)));
struct uchar2 {
  unsigned char x, y;
} __attribute__((aligned(2)));
inline uchar4 make_uchar4(unsigned char x, unsigned char y, unsigned char z, unsigned char w) { return {x, y, z, w}; }
CAMADA_VECTOR_TYPES(float, float, 4)
CAMADA_VECTOR_TYPES(int, int, 4)
CAMADA_VECTOR_TYPES(double, double, 8)
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

namespace camada_simulated {

extern uint3 thread_index, block_index;
extern dim3 block_extents, grid_extents;
void* dynamic_shared();
/** Waits until all threads of the block that have not ended are here. */
void wait_for_block();
/** Waits until the lanes of `mask` are here; gives what each of them brought, by lane. */
const uint64_t* exchange(unsigned mask, uint64_t value);
/** Ends the launch with an error, as a trap does. */
[[noreturn]] void trap();

inline unsigned thread_number() {
  return thread_index.x + block_extents.x * (thread_index.y + block_extents.y * thread_index.z);
}
inline unsigned lane() { return thread_number() % 32; }

template <class Value>
uint64_t to_bits(Value value) {
  static_assert(sizeof(Value) <= 8);
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}
template <class Value>
Value from_bits(uint64_t bits) {
  Value value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace camada_simulated

#define threadIdx camada_simulated::thread_index
#define blockIdx camada_simulated::block_index
#define blockDim camada_simulated::block_extents
#define gridDim camada_simulated::grid_extents
constexpr int warpSize = 32;

// Barriers. Fences have nothing to do: only one thread runs at a time.
inline void __syncthreads() { camada_simulated::wait_for_block(); }
inline int __syncthreads_or(int predicate) {
  static int any;
  camada_simulated::wait_for_block();
  any = 0;
  camada_simulated::wait_for_block();
  if (predicate) any = 1;
  camada_simulated::wait_for_block();
  return any;
}
inline void __syncwarp(unsigned mask = 0xffffffffu) { camada_simulated::exchange(mask, 0); }
inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __trap() { camada_simulated::trap(); }
#undef assert
#define assert(condition) ((condition) ? (void)0 : camada_simulated::trap())

// Warps.
template <class Value>
Value __shfl_sync(unsigned mask, Value value, int source, int width = 32) {
  const uint64_t* all = camada_simulated::exchange(mask, camada_simulated::to_bits(value));
  const int lane = camada_simulated::lane();
  return camada_simulated::from_bits<Value>(all[(lane & ~(width - 1)) | (source & (width - 1))]);
}
template <class Value>
Value __shfl_up_sync(unsigned mask, Value value, unsigned delta, int width = 32) {
  const uint64_t* all = camada_simulated::exchange(mask, camada_simulated::to_bits(value));
  const int lane = camada_simulated::lane();
  const int source = (lane & (width - 1)) - static_cast<int>(delta);
  return source < 0 ? value : camada_simulated::from_bits<Value>(all[lane - delta]);
}
template <class Value>
Value __shfl_down_sync(unsigned mask, Value value, unsigned delta, int width = 32) {
  const uint64_t* all = camada_simulated::exchange(mask, camada_simulated::to_bits(value));
  const int lane = camada_simulated::lane();
  const int source = (lane & (width - 1)) + static_cast<int>(delta);
  return source >= width ? value : camada_simulated::from_bits<Value>(all[lane + delta]);
}
template <class Value>
Value __shfl_xor_sync(unsigned mask, Value value, int lanes, int width = 32) {
  const uint64_t* all = camada_simulated::exchange(mask, camada_simulated::to_bits(value));
  const int lane = camada_simulated::lane();
  const int source = lane ^ lanes;
  return (source & ~(width - 1)) > (lane & ~(width - 1)) ? value : camada_simulated::from_bits<Value>(all[source]);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  const uint64_t* all = camada_simulated::exchange(mask, predicate != 0);
  unsigned bits = 0;
  for (int lane = 0; lane < 32; lane++) {
    if ((mask >> lane & 1) && all[lane] != 0) bits |= 1u << lane;
  }
  return bits;
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) == mask; }
/** All threads of the warp that have not ended run together. */
unsigned __activemask();

// Atomics.
template <class Value>
Value atomicAdd(Value* place, Value value) {
  const Value before = *place;
  *place = before + value;
  return before;
}
inline int atomicAdd(int* place, int value) {
  const int before = *place;
  *place = static_cast<int>(static_cast<unsigned>(before) + static_cast<unsigned>(value));
  return before;
}
#define CAMADA_ATOMIC(name, expression)               \
  template <class Value>                              \
  Value name(Value* place, Value value) {             \
    const Value before = *place;                      \
    *place = (expression);                            \
    return before;                                    \
  }
CAMADA_ATOMIC(atomicSub, before - value)
CAMADA_ATOMIC(atomicExch, value)
CAMADA_ATOMIC(atomicMin, value < before ? value : before)
CAMADA_ATOMIC(atomicMax, before < value ? value : before)
CAMADA_ATOMIC(atomicAnd, before & value)
CAMADA_ATOMIC(atomicOr, before | value)
CAMADA_ATOMIC(atomicXor, before ^ value)
template <class Value>
Value atomicCAS(Value* place, Value expected, Value value) {
  const Value before = *place;
  if (before == expected) *place = value;
  return before;
}
inline unsigned atomicInc(unsigned* place, unsigned limit) {
  const unsigned before = *place;
  *place = before >= limit ? 0 : before + 1;
  return before;
}

// Memory.
template <class Value>
Value __ldg(const Value* place) {
  return *place;
}
template <class Value>
Value __ldcs(const Value* place) {
  return *place;
}
template <class Value>
void __stcs(Value* place, Value value) {
  *place = value;
}
template <class Value>
Value __ldcg(const Value* place) {
  return *place;
}
template <class Value>
void __stcg(Value* place, Value value) {
  *place = value;
}

// Arithmetic that rounds as it says, and never fuses.
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdiv_rn(float a, float b) { return a / b; }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fsqrt_rn(float a) { return std::sqrt(a); }
inline float __frcp_rn(float a) { return 1.0f / a; }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline double __fma_rn(double a, double b, double c) { return std::fma(a, b, c); }

// Fast forms: here as exact as the others. Macros, since the C library has functions of these names for itself.
#define __expf(x) std::exp(static_cast<float>(x))
#define __exp10f(x) std::pow(10.0f, static_cast<float>(x))
#define __logf(x) std::log(static_cast<float>(x))
#define __log2f(x) std::log2(static_cast<float>(x))
#define __sinf(x) std::sin(static_cast<float>(x))
#define __cosf(x) std::cos(static_cast<float>(x))
#define __tanf(x) std::tan(static_cast<float>(x))
#define __powf(x, y) std::pow(static_cast<float>(x), static_cast<float>(y))
inline float __fdividef(float a, float b) { return a / b; }
inline float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline double rsqrt(double x) { return 1.0 / std::sqrt(x); }

// Conversions and bits.
inline int __float_as_int(float x) { return camada_simulated::from_bits<int>(camada_simulated::to_bits(x)); }
inline unsigned __float_as_uint(float x) { return camada_simulated::from_bits<unsigned>(camada_simulated::to_bits(x)); }
inline float __int_as_float(int x) { return camada_simulated::from_bits<float>(camada_simulated::to_bits(x)); }
inline float __uint_as_float(unsigned x) { return camada_simulated::from_bits<float>(camada_simulated::to_bits(x)); }
/** A device clamps what is out of range, and makes 0 of NaN. */
inline int __float2int_rz(float x) {
  if (x != x) return 0;
  if (x >= 2147483648.0f) return std::numeric_limits<int>::max();
  return x <= -2147483648.0f ? std::numeric_limits<int>::min() : static_cast<int>(x);
}
inline int __float2int_rn(float x) { return __float2int_rz(std::nearbyint(x)); }
inline int __float2int_rd(float x) { return __float2int_rz(std::floor(x)); }
inline int __float2int_ru(float x) { return __float2int_rz(std::ceil(x)); }
inline float __int2float_rn(int x) { return static_cast<float>(x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline unsigned __brev(unsigned x) {
  unsigned reversed = 0;
  for (int bit = 0; bit < 32; bit++) reversed |= (x >> bit & 1u) << (31 - bit);
  return reversed;
}
inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<uint64_t>(a) * b >> 32);
}
inline int __mulhi(int a, int b) { return static_cast<int>(static_cast<int64_t>(a) * b >> 32); }

#define CAMADA_EXTREMES(type)                                     \
  inline type min(type a, type b) { return b < a ? b : a; }      \
  inline type max(type a, type b) { return a < b ? b : a; }
CAMADA_EXTREMES(int)
CAMADA_EXTREMES(unsigned)
CAMADA_EXTREMES(long)
CAMADA_EXTREMES(unsigned long)
CAMADA_EXTREMES(long long)
CAMADA_EXTREMES(unsigned long long)
inline float min(float a, float b) { return std::fmin(a, b); }
inline float max(float a, float b) { return std::fmax(a, b); }
inline double min(double a, double b) { return std::fmin(a, b); }
inline double max(double a, double b) { return std::fmax(a, b); }
