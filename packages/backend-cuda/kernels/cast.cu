// Conversions between element types, as tfjs's. NaN counts as true.
#include "elements.cuh"
#include "numbers.cuh"

#define CAST(name, From, To, expression)                                                   \
  extern "C" __global__ void cast_##name(const From* from, To* to, long long count) {      \
    const long long first = first_element();                                               \
    if (first >= count) return;                                                            \
    const Quad<From> arguments = load_quad(from, first, count);                            \
    Quad<To> results;                                                                      \
    for (int i = 0; i < kElements; i++) {                                                  \
      const From x = arguments.at[i];                                                      \
      results.at[i] = expression;                                                          \
    }                                                                                      \
    store_quad(to, first, count, results);                                                 \
  }

CAST(float32_int32, float, int, to_int32(x))
CAST(float32_bool, float, unsigned char, x != 0.0f)
CAST(int32_float32, int, float, static_cast<float>(x))
CAST(int32_bool, int, unsigned char, x != 0)
CAST(bool_float32, unsigned char, float, static_cast<float>(x))
CAST(bool_int32, unsigned char, int, x)
