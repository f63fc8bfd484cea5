// One row of a softmax.
#pragma once
#include <cstdint>

namespace camada {

/** `y[i] = exp(x[i] - highest)`; gives their sum. */
double exponentials_of_row(const float* x, float* y, int64_t count, float highest);

}  // namespace camada
