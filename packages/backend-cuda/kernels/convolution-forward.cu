#include "tile-product.cuh"
#include "convolution-geometry.cuh"
#include "oriented.cuh"
// `y = activation(x * weight + bias)` as a product of the weight and of x seen through windows, that is never written down.
// Members of the batch are the groups. Output channels are rows and pixels of all images columns; with CHANNELS_LAST they
// change places, so that neighbours along columns are neighbours in y.

using Weights = Operand<CHANNELS_LAST ? TILE_N : TILE_M, static_cast<Lanes>(CHANNELS_LAST ? B_LANES : A_LANES), false, kLinear>;
using Pixels = Operand<CHANNELS_LAST ? TILE_M : TILE_N, static_cast<Lanes>(CHANNELS_LAST ? A_LANES : B_LANES), true, kLinear>;

struct ForwardProblem {
  const Convolution& convolution;
  const Dividers& dividers;
  const Window window;
  const float* x;
  const float* weight;

  __device__ int channels() const { return convolution.out_channels; }
  __device__ int others() const {
    return convolution.images * convolution.out[0] * convolution.out[1] * convolution.out[2];
  }
  __device__ int inner() const {
    return convolution.in_channels * convolution.taps[0] * convolution.taps[1] * convolution.taps[2];
  }

  __device__ Place other(int index) const {
    return pixel_place(index_of(dividers.pixels, index), window, convolution.x_image, convolution.x_at);
  }
  __device__ Place other_inner(int k) const {
    return tap_place(tap_of(dividers, k), window, convolution.x_channel, convolution.x_at);
  }
  __device__ Pixels other_operand() const {
    return {x, nullptr, {convolution.in[0], convolution.in[1], convolution.in[2]}};
  }
  __device__ Place channel(int index) const { return plain_place(index * convolution.w_out); }
  __device__ Place channel_inner(int k) const {
    return plain_place(offset_of(tap_of(dividers, k), convolution.w_in, convolution.w_at));
  }
  __device__ Weights channel_operand() const { return {weight, nullptr}; }
  __device__ int other_offset(int index) const {
    return offset_of(index_of(dividers.pixels, index), convolution.y_image, convolution.y_at);
  }
  __device__ int channel_offset(int index) const { return index * convolution.y_channel; }
};

__device__ inline Oriented<ForwardProblem> group_of(const Convolution& convolution, const Dividers& dividers, int group,
                                                    const float* x, const float* weight) {
  return {{convolution, dividers, window_of(convolution), x + convolution.x_group(group),
           weight + convolution.w_group(group)}};
}

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    convolution_forward(const float* x, const float* weight, const float* bias, float* y, float* partials,
                        Convolution convolution, TileLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, tiles);
  __shared__ Dividers dividers;
  dividers.prepare(convolution.out, convolution.taps, convolution.in_channels);
  __syncthreads();
  const TilePlace place(launch, TILE_M, TILE_N);
  const float* own_bias = bias == nullptr ? nullptr : bias + place.member * convolution.out_channels;
  tile_product(group_of(convolution, dividers, place.member, x, weight), place, launch, tiles, own_bias,
               y + convolution.y_group(place.member), partials, nullptr);
}

/** Blocks for the sums of each group, one thread for each. */
extern "C" __global__ void add_forward_partials(const float* bias, float* y, const float* partials,
                                                Convolution convolution, TileLaunch launch) {
  __shared__ Dividers dividers;
  dividers.prepare(convolution.out, convolution.taps, convolution.in_channels);
  __syncthreads();
  int group, index;
  if (!find_sum(launch, group, index)) return;
  const float* own_bias = bias == nullptr ? nullptr : bias + group * convolution.out_channels;
  add_partials(group_of(convolution, dividers, group, nullptr, nullptr), group, index, launch, own_bias,
               y + convolution.y_group(group), partials);
}
