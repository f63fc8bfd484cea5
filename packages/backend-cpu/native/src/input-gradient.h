// Gradient of a convolution with respect to its input: two ways, for different shapes.
#pragma once
#include "convolution-shape.h"
#include "status.h"

namespace camada {

/** Whether the way through rows in registers is built for the shape and wastes few lanes. */
bool has_row_gradient(const ConvolutionShape& shape);

/** Keeps rows of the gradient in registers. */
template <class Arithmetic>
Status row_input_gradient(const ConvolutionShape& shape, const float* dy, const float* y, const float* weight,
                          float* dx);

/** Any shape: a product gives what every tap adds, which is then added where the tap looks. */
template <class Arithmetic>
Status scattered_input_gradient(const ConvolutionShape& shape, const float* dy, const float* y, const float* weight,
                                float* dx);

}  // namespace camada
