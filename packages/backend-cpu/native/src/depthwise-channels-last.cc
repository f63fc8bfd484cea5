#include "depthwise-lanes.h"
#include "spatial-simd.h"
#include "status.h"

namespace camada {
namespace {

/** Whether a convolution has kernels here: one for each channel, over at most two spatial axes. */
int32_t read(const double* fields, Depthwise& conv) {
  if (!read_depthwise(fields, conv)) return kInvalid;
  return LaneConvolution::has_form(conv) ? kOk : kUnsupported;
}

bool is_empty(const Depthwise& conv) { return conv.planes() == 0 || conv.in_size() == 0 || conv.out_size() == 0; }

}  // namespace
}  // namespace camada

/**
 * `y = activation(x * weight + bias)` with a kernel for each channel; `x [n, h, w, c]`, `weight [kh, kw, c]`,
 * `bias [c]` or null, `y [n, oh, ow, c]`. For `fields` see `read_depthwise`.
 */
CAMADA_EXPORT int32_t camada_depthwise_channels_last(const double* fields, const float* x, const float* weight,
                                                     const float* bias, float* y) {
  using namespace camada;
  Depthwise conv;
  const int32_t status = read(fields, conv);
  if (status != kOk || conv.planes() == 0 || conv.out_size() == 0) return status;
  return LaneConvolution::channels_last(conv).forward(x, weight, bias, y);
}

/** The gradient of `camada_depthwise_channels_last`'s input; `dy [n, oh, ow, c]`, `dx [n, h, w, c]`. */
CAMADA_EXPORT int32_t camada_depthwise_channels_last_input_gradient(const double* fields, const float* dy,
                                                                    const float* weight, float* dx) {
  using namespace camada;
  Depthwise conv;
  const int32_t status = read(fields, conv);
  if (status != kOk) return status;
  if (is_empty(conv)) {
    fill_floats(dx, 0, conv.planes() * conv.in_size());
    return kOk;
  }
  return LaneConvolution::channels_last(conv).input_gradient(dy, nullptr, weight, dx);
}

/** The gradient of `camada_depthwise_channels_last`'s weight, `dw [kh, kw, c]`. */
CAMADA_EXPORT int32_t camada_depthwise_channels_last_weight_gradient(const double* fields, const float* x,
                                                                     const float* dy, float* dw) {
  using namespace camada;
  Depthwise conv;
  const int32_t status = read(fields, conv);
  if (status != kOk) return status;
  if (is_empty(conv)) {
    fill_floats(dw, 0, conv.channels * conv.window.taps());
    return kOk;
  }
  return LaneConvolution::channels_last(conv).weight_gradient(x, dy, nullptr, dw, nullptr);
}
