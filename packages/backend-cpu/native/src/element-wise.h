// Loops of element-wise kernels: whole vectors, then what is left, less than one vector, by the same function, so that an
// element's result does not depend on its place.
#pragma once
#include <cstdint>

#include "lanes.h"

namespace camada {

/** Elements of one chunk of work; what is not more runs on the calling thread. */
constexpr int64_t kGrain = 32768;

/** `y[i] = function(x[i])` */
template <class From, class To, class Function>
void map_elements(const From* x, To* y, int64_t count, Function function) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store_lanes(y + i, function(load_lanes(x + i)));
  if (i < count) store_lanes(y + i, function(load_lanes(x + i, count - i)), count - i);
}

/** `y[i] = function(a[i], b[i])` */
template <class From, class To, class Function>
void combine_elements(const From* a, const From* b, To* y, int64_t count, Function function) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store_lanes(y + i, function(load_lanes(a + i), load_lanes(b + i)));
  if (i < count) {
    store_lanes(y + i, function(load_lanes(a + i, count - i), load_lanes(b + i, count - i)), count - i);
  }
}

}  // namespace camada
