// Functions of two elements. Each follows what tfjs's JavaScript kernel gives for NaN, infinities and zeros.
#include "numbers.cuh"

__device__ __forceinline__ float maximum(float a, float b) {
  if (is_nan(a) || is_nan(b)) return a + b;
  // Of two zeros the positive one.
  return a == b ? __int_as_float(__float_as_int(a) & __float_as_int(b)) : a > b ? a : b;
}

__device__ __forceinline__ float minimum(float a, float b) {
  if (is_nan(a) || is_nan(b)) return a + b;
  return a == b ? __int_as_float(__float_as_int(a) | __float_as_int(b)) : a < b ? a : b;
}

/** JavaScript's power, which differs from C's where a base of 1 or -1 meets what is no finite number. */
__device__ __forceinline__ float power(float a, float b) {
  if (b == 2.0f) return a * a;
  if (is_nan(b) || (fabsf(a) == 1.0f && fabsf(b) == __int_as_float(0x7f800000))) return __int_as_float(0x7fc00000);
  return powf(a, b);
}

__device__ __forceinline__ int power(int a, int b) {
  return to_int32(pow(static_cast<double>(a), static_cast<double>(b)));
}

/** Has the sign of the divisor. */
__device__ __forceinline__ float modulo(float a, float b) {
  const float rest = fmodf(a, b);
  return (a < 0.0f) == (b < 0.0f) ? rest : fmodf(rest + b, b);
}

/** 0 for a divisor of 0: NaN in JavaScript, which an Int32Array stores so. */
__device__ __forceinline__ int modulo(int a, int b) {
  if (b == 0 || b == -1) return 0;
  const int rest = a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

template <class Element>
__device__ __forceinline__ int floor_divide(Element a, Element b) {
  return to_int32(floor(static_cast<double>(a) / static_cast<double>(b)));
}

/** Integers wrap around, which only unsigned ones may do. */
__device__ __forceinline__ int add(int a, int b) {
  return static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b));
}
__device__ __forceinline__ int subtract(int a, int b) {
  return static_cast<int>(static_cast<unsigned>(a) - static_cast<unsigned>(b));
}
__device__ __forceinline__ int multiply(int a, int b) {
  return static_cast<int>(static_cast<unsigned>(a) * static_cast<unsigned>(b));
}
__device__ __forceinline__ float squared_difference(float a, float b) { return (a - b) * (a - b); }
__device__ __forceinline__ int squared_difference(int a, int b) { return multiply(subtract(a, b), subtract(a, b)); }
