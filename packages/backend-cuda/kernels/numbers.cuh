// Conversions between element types, as JavaScript's typed arrays make them.

/** The integer part modulo 2^32, as an Int32Array stores it; 0 for NaN and infinities. */
__device__ __forceinline__ int to_int32(double value) {
  if (value > -2147483649.0 && value < 2147483648.0) return static_cast<int>(value);
  // NaN fails every comparison, and beyond 2^84 no bit below 2^32 is left.
  if (!(fabs(value) < 1.9342813113834067e25)) return 0;
  const double rest = value - floor(value / 4294967296.0) * 4294967296.0;
  const double whole = trunc(value) == value ? rest : value < 0 ? ceil(rest) : floor(rest);
  return static_cast<int>(static_cast<unsigned>(whole >= 4294967296.0 ? 0.0 : whole));
}

/** Without double precision for the numbers that have no need of it. */
__device__ __forceinline__ int to_int32(float value) {
  return value > -2147483648.0f && value < 2147483648.0f ? static_cast<int>(value) : to_int32(static_cast<double>(value));
}

__device__ __forceinline__ bool is_nan(float value) { return value != value; }
