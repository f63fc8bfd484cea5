// Sums over the taps of a window for many outputs at once: the inner loop of depthwise convolutions.
#pragma once
#include <cstdint>

#include "window-activation.h"

namespace camada {

/** `out[o] = bias + sum over t of weights[t] * source[offsets[t] + o]` for `o < count`, and up to a vector beyond. */
void tap_sum(const float* source, const int64_t* offsets, const float* weights, int64_t taps, int64_t count, float bias,
             float* out);

/** One output plane's rows: where they come from and go to. */
struct RowSum {
  /** Row 0 of phase (0, 0); phases of columns, then of rows, `phase_size` floats each. */
  const float* source;
  int64_t pitch;
  int64_t phase_size;
  const float* weights;
  float bias;
  WindowActivation activation;
  float* out;
  int64_t out_pitch;
  int64_t rows;
  int64_t columns;
};

/** Half vectors that a row of `columns` outputs takes in `row_sum`. */
int64_t row_sum_cost(int64_t columns);

/**
 * The same for whole rows of a square kernel without dilation, several rows at a time, so that a vector that was read
 * serves all of them. Writes exactly the rows. False when this kernel and stride have no such form.
 */
bool row_sum(const RowSum& sum, int64_t kernel_h, int64_t kernel_w, int64_t stride_h, int64_t stride_w);

}  // namespace camada
