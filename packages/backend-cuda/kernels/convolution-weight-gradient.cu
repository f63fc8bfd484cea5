#include "tile-product.cuh"
#include "convolution-geometry.cuh"
#include "oriented.cuh"
// The gradient of a convolution's weight, a product of dy and of x seen through windows, summed over the pixels of all
// images; members of the batch are the groups. Output channels are rows, input channels and taps columns; with CHANNELS_LAST
// they change places. Where dy's channels are rows, their sums, the gradient of a bias, may be a second result.
// SLOPE is of the convolution's activation, `y` its result: then dy is multiplied by the derivative on the way.

using Gradients = Operand<CHANNELS_LAST ? TILE_N : TILE_M, static_cast<Lanes>(CHANNELS_LAST ? B_LANES : A_LANES), false, SLOPE>;
using Taps = Operand<CHANNELS_LAST ? TILE_M : TILE_N, static_cast<Lanes>(CHANNELS_LAST ? A_LANES : B_LANES), true, kLinear>;

struct WeightGradientProblem {
  const Convolution& convolution;
  const Dividers& dividers;
  const Window window;
  const float* x;
  const float* dy;
  const float* y;

  __device__ int channels() const { return convolution.out_channels; }
  __device__ int others() const {
    return convolution.in_channels * convolution.taps[0] * convolution.taps[1] * convolution.taps[2];
  }
  __device__ int inner() const {
    return convolution.images * convolution.out[0] * convolution.out[1] * convolution.out[2];
  }

  __device__ Place other(int index) const {
    return tap_place(tap_of(dividers, index), window, convolution.x_channel, convolution.x_at);
  }
  __device__ Place other_inner(int k) const {
    return pixel_place(index_of(dividers.pixels, k), window, convolution.x_image, convolution.x_at);
  }
  __device__ Taps other_operand() const {
    return {x, nullptr, {convolution.in[0], convolution.in[1], convolution.in[2]}};
  }
  __device__ Place channel(int index) const { return plain_place(index * convolution.y_channel); }
  __device__ Place channel_inner(int k) const {
    return plain_place(offset_of(index_of(dividers.pixels, k), convolution.y_image, convolution.y_at));
  }
  __device__ Gradients channel_operand() const { return {dy, y}; }
  __device__ int other_offset(int index) const {
    return offset_of(tap_of(dividers, index), convolution.w_in, convolution.w_at);
  }
  __device__ int channel_offset(int index) const { return index * convolution.w_out; }
};

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    convolution_weight_gradient(const float* x, const float* dy, const float* y, float* dw, float* partials, float* db,
                                Convolution convolution, TileLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, tiles);
  __shared__ Dividers dividers;
  dividers.prepare(convolution.out, convolution.taps, convolution.in_channels);
  __syncthreads();
  const TilePlace place(launch, TILE_M, TILE_N);
  const int group = place.member;
  const int y_group = convolution.y_group(group);
  const Oriented<WeightGradientProblem> problem{{convolution, dividers, window_of(convolution),
                                                 x + convolution.x_group(group), dy + y_group, y + y_group}};
  tile_product(problem, place, launch, tiles, nullptr, dw + convolution.w_group(group), partials, db);
}

/** Blocks for the sums of each group, one thread for each. */
extern "C" __global__ void add_weight_gradient_partials(float* dw, const float* partials, Convolution convolution,
                                                        TileLaunch launch) {
  __shared__ Dividers dividers;
  dividers.prepare(convolution.out, convolution.taps, convolution.in_channels);
  __syncthreads();
  int group, index;
  if (!find_sum(launch, group, index)) return;
  const Oriented<WeightGradientProblem> problem{
      {convolution, dividers, window_of(convolution), nullptr, nullptr, nullptr}};
  add_partials(problem, group, index, launch, nullptr, dw + convolution.w_group(group), partials);
}
