// Elements of every type as vectors of one width: float32 as `Floats`, int32 and bool as `Ints`, so that one function
// serves all of them.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "simd.h"

namespace camada {

typedef uint8_t Bytes __attribute__((vector_size(CAMADA_LANES)));

template <class Element>
using Lanes = std::conditional_t<std::is_same_v<Element, float>, Floats, Ints>;

template <class Element>
Lanes<Element> load_lanes(const Element* from) {
  if constexpr (std::is_same_v<Element, uint8_t>) {
    Bytes bytes;
    std::memcpy(&bytes, from, sizeof(bytes));
    return __builtin_convertvector(bytes, Ints);
  } else {
    Lanes<Element> value;
    std::memcpy(&value, from, sizeof(value));
    return value;
  }
}

/** Ints lose their upper bits in bytes: a comparison's -1 has to be made a 1 before. */
template <class Element>
void store_lanes(Element* to, Lanes<Element> value) {
  if constexpr (std::is_same_v<Element, uint8_t>) {
    const Bytes bytes = __builtin_convertvector(value, Bytes);
    std::memcpy(to, &bytes, sizeof(bytes));
  } else {
    std::memcpy(to, &value, sizeof(value));
  }
}

/** The first `count` elements, less than a vector; the other lanes are 0. */
template <class Element>
Lanes<Element> load_lanes(const Element* from, int64_t count) {
  if constexpr (std::is_same_v<Element, uint8_t>) {
    Bytes bytes{};
    std::memcpy(&bytes, from, static_cast<size_t>(count));
    return __builtin_convertvector(bytes, Ints);
  } else {
    return reinterpret_cast<Lanes<Element>>(load_some(reinterpret_cast<const float*>(from), count));
  }
}

template <class Element>
void store_lanes(Element* to, Lanes<Element> value, int64_t count) {
  if constexpr (std::is_same_v<Element, uint8_t>) {
    const Bytes bytes = __builtin_convertvector(value, Bytes);
    std::memcpy(to, &bytes, static_cast<size_t>(count));
  } else {
    store_some(reinterpret_cast<float*>(to), reinterpret_cast<Floats>(value), count);
  }
}

template <class Element>
Lanes<Element> splat_lanes(Element value) {
  if constexpr (std::is_same_v<Element, float>) return splat(value);
  else return Ints{} + static_cast<int32_t>(value);
}

/** A function of single elements, for vectors: for what is rare or has no vector form. */
template <class Result, class Argument, class Function>
Result lane_by_lane(Function function, Argument a) {
  Result result;
  for (int64_t lane = 0; lane < kLanes; lane++) result[lane] = function(a[lane]);
  return result;
}

template <class Result, class Argument, class Function>
Result lane_by_lane(Function function, Argument a, Argument b) {
  Result result;
  for (int64_t lane = 0; lane < kLanes; lane++) result[lane] = function(a[lane], b[lane]);
  return result;
}

}  // namespace camada
