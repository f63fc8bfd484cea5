// Chooses what products are computed with.
#pragma once
#include "amx-kernel.h"
#include "bfloat16-arithmetic.h"
#include "features.h"

namespace camada {

/** Below these a product leaves most of AMX's tiles empty. */
constexpr int64_t kAmxFewestRows = 8;
constexpr int64_t kAmxFewestSteps = 24;

/** Calls `function<Arithmetic>()` with what the precision asks for and the CPU has. */
template <class Function>
auto with_arithmetic(Precision precision, bool fills_tiles, Function function) {
#if CAMADA_HAS_BFLOAT16
  if (precision == Precision::kBfloat16 && fills_tiles) {
    if (has_feature(kFeatureAmx)) return function.template operator()<AmxArithmetic<AmxTiles>>();
    if (has_feature(kFeatureEmulatedAmx)) return function.template operator()<AmxArithmetic<EmulatedTiles>>();
  }
  // Vectors of CPUs with AMX multiply pairs at half the rate of float32: there they would only cost conversions.
  if (uses_bfloat16(precision) && !has_feature(kFeatureAmx)) {
    return function.template operator()<Bfloat16Arithmetic>();
  }
#endif
  static_cast<void>(precision);
  static_cast<void>(fills_tiles);
  return function.template operator()<Float32Arithmetic>();
}

}  // namespace camada
