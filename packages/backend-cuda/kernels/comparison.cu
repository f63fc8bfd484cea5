// Comparisons of two tensors and logic, element by element, with broadcasting: 0 and 1.
#include "binary.cuh"

#define COMPARISON(name, expression)                            \
  BINARY(name##_float32, float, unsigned char, expression)      \
  BINARY(name##_int32, int, unsigned char, expression)          \
  BINARY(name##_bool, unsigned char, unsigned char, expression)

COMPARISON(equal, a == b)
COMPARISON(not_equal, a != b)
COMPARISON(greater, a > b)
COMPARISON(greater_equal, a >= b)
COMPARISON(less, a < b)
COMPARISON(less_equal, a <= b)

BINARY(logical_and_bool, unsigned char, unsigned char, (a != 0) & (b != 0))
BINARY(logical_or_bool, unsigned char, unsigned char, (a != 0) | (b != 0))
