#include "input-gradient.h"

#include <algorithm>
#include <utility>

#include "arithmetic.h"
#include "buffer-pool.h"
#include "convolution.h"
#include "parallel.h"
#include "tile-kernel.h"
#include "winograd.h"

namespace camada {
namespace {

constexpr int64_t kGrain = 16 << 10;

/** Without neighbours the gradient is a convolution with the transposed weight. */
template <class Arithmetic>
Status pointwise_input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight,
                                float* dx) {
  const bool is_linear = s.activation == Activation::kLinear;
  const int64_t size = s.n * s.c_out * s.positions;
  Scratch<float> dz(is_linear ? 0 : size);
  if (dz.get() == nullptr) return kOutOfMemory;
  if (!is_linear) {
    parallel_ranges(size, kGrain, [&](int64_t begin, int64_t end, int32_t) {
      activation_gradient(s.activation, dz.get() + begin, dy + begin, y + begin, end - begin);
    });
  }
  ConvolutionShape transposed = s;
  std::swap(transposed.c_in, transposed.c_out);
  std::swap(transposed.in_channels, transposed.out_channels);
  transposed.activation = Activation::kLinear;
  return convolve<Arithmetic>(transposed, is_linear ? dy : dz.get(),
                              {weight, s.out_channels * s.in_channels, 1, s.in_channels}, nullptr, dx);
}

template <class Arithmetic>
Status input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight, float* dx) {
  const int64_t size = s.n * s.c_in * s.plane;
  if (size == 0) return kOk;
  if (s.is_empty() || s.taps == 0) {
    std::fill_n(dx, size, 0.0f);
    return kOk;
  }
  if (takes_winograd(s, WinogradPass::kInputGradient)) return winograd_input_gradient(s, dy, y, weight, dx);
  if (s.is_pointwise()) return pointwise_input_gradient<Arithmetic>(s, dy, y, weight, dx);
  if (has_row_gradient(s)) return row_input_gradient<Arithmetic>(s, dy, y, weight, dx);
  // Adding up what the taps give takes as long as the products: pairs would save little.
  return scattered_input_gradient<Float32Arithmetic>(s, dy, y, weight, dx);
}

}  // namespace
}  // namespace camada

/**
 * `dx`, from the gradient `dy` of the activated result `y`, which a linear activation does not need. Every element is
 * written. The same `fields` as for the convolution itself.
 */
CAMADA_EXPORT int32_t camada_convolution_input_gradient(const double* fields, const float* dy, const float* y,
                                                        const float* weight, float* dx) {
  using namespace camada;
  ConvolutionShape s;
  if (!read_shape(fields, &s)) return kInvalid;
  const bool pays = s.out_channels >= kFewestPairedChannels;
  const bool fills_tiles = s.in_channels >= kAmxFewestRows && s.out_channels >= kAmxFewestSteps;
  return with_arithmetic(pays ? s.arithmetic : ArithmeticCode::kFloat32, fills_tiles, [&]<class Arithmetic>() {
    return input_gradient<Arithmetic>(s, dy, y, weight, dx);
  });
}
