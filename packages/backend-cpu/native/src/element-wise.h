// Loops of element-wise kernels: whole vectors, then what is left, less than one vector, by the same function, so that an
// element's result does not depend on its place.
#pragma once
#include <cstdint>

#include "lanes.h"

namespace camada {

/** Elements of one chunk of work; what is not more runs on the calling thread. */
constexpr int64_t kGrain = 32768;

/**
 * Results of so many bytes are written past the caches: an ordinary store reads the line first, and throws out what the
 * next kernel needs. It pays for functions that wait for memory, not for those that compute.
 */
constexpr int64_t kLargeResultBytes = 4 << 20;

enum class Store { kOrdinary, kPastCaches };

#if defined(__AVX2__)
template <class Vector>
void store_past_caches(void* to, Vector value) {
#if defined(__AVX512F__)
  _mm512_stream_si512(static_cast<__m512i*>(to), reinterpret_cast<__m512i>(value));
#else
  _mm256_stream_si256(static_cast<__m256i*>(to), reinterpret_cast<__m256i>(value));
#endif
}

#else
template <class Vector>
void store_past_caches(void* to, Vector value) {
  std::memcpy(to, &value, sizeof(value));
}
#endif

/** Ends a chunk: stores past the caches are ordered with nothing else, not even with the message that it is done. */
inline void finish_stores([[maybe_unused]] Store store) {
#if defined(__AVX2__)
  if (store == Store::kPastCaches) _mm_sfence();
#endif
}

/** `y[i] = function(i, elements from i on)`, the second for fewer of them than a vector has. */
template <Store kStore, class To, class Whole, class Some>
void write_elements(To* y, int64_t count, Whole whole, Some some) {
  int64_t i = 0;
  if constexpr (kStore == Store::kPastCaches) {
    constexpr int64_t kVectorBytes = kLanes * static_cast<int64_t>(sizeof(To));
    const int64_t misplaced = reinterpret_cast<intptr_t>(y) % kVectorBytes;
    const int64_t first = misplaced == 0 ? 0 : (kVectorBytes - misplaced) / static_cast<int64_t>(sizeof(To));
    i = first < count ? first : count;
    if (i > 0) store_lanes(y, some(0, i), i);
    for (; i + kLanes <= count; i += kLanes) store_past_caches(y + i, whole(i));
  } else {
    for (; i + kLanes <= count; i += kLanes) store_lanes(y + i, whole(i));
  }
  if (i < count) store_lanes(y + i, some(i, count - i), count - i);
}

/** `y[i] = function(x[i])` */
template <Store kStore = Store::kOrdinary, class From, class To, class Function>
void map_elements(const From* x, To* y, int64_t count, Function function) {
  write_elements<kStore>(
      y, count, [&](int64_t i) { return function(load_lanes(x + i)); },
      [&](int64_t i, int64_t rest) { return function(load_lanes(x + i, rest)); });
}

/** `y[i] = function(a[i], b[i])` */
template <Store kStore = Store::kOrdinary, class From, class To, class Function>
void combine_elements(const From* a, const From* b, To* y, int64_t count, Function function) {
  write_elements<kStore>(
      y, count, [&](int64_t i) { return function(load_lanes(a + i), load_lanes(b + i)); },
      [&](int64_t i, int64_t rest) { return function(load_lanes(a + i, rest), load_lanes(b + i, rest)); });
}

}  // namespace camada
