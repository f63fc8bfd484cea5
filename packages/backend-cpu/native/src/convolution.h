// Convolution as a product of the weight with the matrix of patches.
#pragma once
#include "convolution-shape.h"
#include "status.h"

namespace camada {

/** Weight of output channel `o`, input channel `i` (both in their group) and tap `t`: its place is a sum of strides. */
struct WeightView {
  const float* data;
  int64_t group_stride, out_stride, in_stride;
};

/** `y = act(weight * x + bias)`; `bias` may be null. Scratch space is taken before anything is written. */
template <class Arithmetic>
Status convolve(const ConvolutionShape& shape, const float* x, WeightView weight, const float* bias, float* y);

}  // namespace camada
