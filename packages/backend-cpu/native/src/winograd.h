// Convolutions with 3 x 3 and 5 x 5 kernels by Winograd's minimal filtering: tiles of 2 x 2 outputs, a product for every
// point of the transformed tile. Lanes are neighbouring tiles of a row, so that nothing has to change its layout.
#pragma once
#include "convolution-shape.h"
#include "status.h"

namespace camada {

enum class WinogradPass { kForward, kInputGradient, kWeightGradient };

/** Whether the shape has such a kernel, and enough channels and tiles for the transforms to pay. */
bool takes_winograd(const ConvolutionShape& shape, WinogradPass pass);

// Each takes scratch space before it writes anything; `kOutOfMemory` tells that there was none.

Status winograd_forward(const ConvolutionShape& shape, const float* x, const float* weight, const float* bias, float* y);

Status winograd_input_gradient(const ConvolutionShape& shape, const float* dy, const float* y, const float* weight,
                               float* dx);

/** `db` may be null. */
Status winograd_weight_gradient(const ConvolutionShape& shape, const float* x, const float* dy, const float* y,
                                float* dw, float* db);

}  // namespace camada
