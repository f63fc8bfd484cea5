// Chooses what products are computed with.
#pragma once
#include "amx-kernel.h"
#include "arithmetic-code.h"
#include "bfloat16-arithmetic.h"

namespace camada {

/** Below these a product leaves most of AMX's tiles empty. */
constexpr int64_t kAmxFewestRows = 8;
constexpr int64_t kAmxFewestSteps = 24;

/** Calls `function<Arithmetic>()` with what the code asks for, or with float32 where that pays more. */
template <class Function>
auto with_arithmetic(ArithmeticCode code, bool fills_tiles, Function function) {
#if CAMADA_HAS_BFLOAT16
  // What does not fill tiles is left to float32: vectors of CPUs with AMX multiply pairs at half its rate.
  if (fills_tiles && code == ArithmeticCode::kAmx) return function.template operator()<AmxArithmetic<AmxTiles>>();
  if (fills_tiles && code == ArithmeticCode::kEmulatedAmx) {
    return function.template operator()<AmxArithmetic<EmulatedTiles>>();
  }
  if (code == ArithmeticCode::kBfloat16) return function.template operator()<Bfloat16Arithmetic>();
#endif
  static_cast<void>(code);
  static_cast<void>(fills_tiles);
  return function.template operator()<Float32Arithmetic>();
}

}  // namespace camada
