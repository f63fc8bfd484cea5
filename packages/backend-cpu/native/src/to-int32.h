// JavaScript's conversion to int32, which an Int32Array applies to what is stored in it.
#pragma once
#include <cmath>
#include <cstdint>

namespace camada {

/** The integer part modulo 2^32; 0 for NaN and infinities. */
inline int32_t to_int32(double value) {
  if (value > -2147483649.0 && value < 2147483648.0) return static_cast<int32_t>(value);
  if (!std::isfinite(value)) return 0;
  double rest = std::fmod(std::trunc(value), 4294967296.0);
  if (rest < 0) rest += 4294967296.0;
  return static_cast<int32_t>(static_cast<uint32_t>(rest));
}

}  // namespace camada
