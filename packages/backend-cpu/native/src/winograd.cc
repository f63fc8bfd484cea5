#include "winograd.h"

namespace camada {
namespace {

/** For checks: the calling thread takes this way wherever it leads. */
thread_local bool always = false;

bool has_kernel(const ConvolutionShape& s) {
  if (s.arithmetic != ArithmeticCode::kFloat32 || s.kh != s.kw || (s.kh != 3 && s.kh != 5)) return false;
  if (s.d != 1 || s.od != 1 || s.kd != 1 || s.pd != 0) return false;
  return s.has_unit_strides() && s.dh == 1 && s.dw == 1;
}

/** Tiles from which on products outweigh the transforms of the weight; measured from 8 to 512 channels. */
int64_t fewest_tiles(const ConvolutionShape& s, WinogradPass pass) {
  switch (pass) {
    case WinogradPass::kForward:
      return 128;
    case WinogradPass::kInputGradient:
      // The direct way keeps whole rows in registers; of 3 x 3 products no transform saves enough to beat it.
      return s.kh == 5 ? 256 : INT64_MAX;
    default:
      return 384;
  }
}

}  // namespace

bool takes_winograd(const ConvolutionShape& s, WinogradPass pass) {
  constexpr int64_t kFewestChannels = 16;
  constexpr int64_t kFewestPairs = 1024;
  if (s.is_empty() || s.in_channels == 0 || s.plane == 0 || !has_kernel(s)) return false;
  if (always) return true;
  if (s.in_channels < kFewestChannels || s.out_channels < kFewestChannels) return false;
  if (s.in_channels * s.out_channels < kFewestPairs) return false;
  return s.n * ((s.oh + 1) / 2) * ((s.ow + 1) / 2) >= fewest_tiles(s, pass);
}

}  // namespace camada

/** With 1, kernels that the calling thread starts take Winograd's way however small their shapes are; with 0, not. */
CAMADA_EXPORT int32_t camada_always_winograd(int32_t on) {
  camada::always = on != 0;
  return camada::kOk;
}
