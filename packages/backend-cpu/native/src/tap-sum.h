// Sums over the taps of a window for many outputs at once: the inner loop of depthwise convolutions.
#pragma once
#include <cstdint>

namespace camada {

/** `out[o] = bias + sum over t of weights[t] * source[offsets[t] + o]` for `o < count`, and up to a vector beyond. */
void tap_sum(const float* source, const int64_t* offsets, const float* weights, int64_t taps, int64_t count, float bias,
             float* out);

}  // namespace camada
