// A convolution without neighbours and with strides sees some positions of its input alone. Copied next to each other,
// they make it a product of matrices.
#pragma once
#include "buffer-pool.h"
#include "convolution-shape.h"

namespace camada {

class SeenPositions {
 public:
  /** Whether the convolution passes over positions. */
  static bool pays(const ConvolutionShape& shape);

  /** Copies what `shape` sees of `x`. */
  SeenPositions(const ConvolutionShape& shape, const float* x);

  bool has_memory() const { return seen_.get() != nullptr; }
  /** The convolution without strides. */
  const ConvolutionShape& shape() const { return shape_; }
  /** `[n, cIn, od, oh, ow]` */
  const float* x() const { return seen_.get(); }

 private:
  ConvolutionShape shape_;
  Scratch<float> seen_;
};

}  // namespace camada
