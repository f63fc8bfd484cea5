#include "tile-product.cuh"
#include "convolution-geometry.cuh"
#include "oriented.cuh"
// The gradient of a convolution's input. With strides only every so many taps of a pixel meet an output, and which ones they
// are is the same for all pixels of one phase, `(pixel + padding) % stride`. Each phase is a convolution of dy without
// strides; members of the batch are phases of groups. Every pixel of dx belongs to one phase, and is written.
// SLOPE is of the convolution's activation, `y` its result: then dy is multiplied by the derivative on the way.

using Weights = Operand<CHANNELS_LAST ? TILE_N : TILE_M, static_cast<Lanes>(CHANNELS_LAST ? B_LANES : A_LANES), false, kLinear>;
using Pixels = Operand<CHANNELS_LAST ? TILE_M : TILE_N, static_cast<Lanes>(CHANNELS_LAST ? A_LANES : B_LANES), true, SLOPE>;

/** The pixels of dx and the taps of one phase. */
struct Phase {
  int first_pixel[3];
  int pixels[3];
  int first_tap[3];
  int tap_step[3];
  int taps[3];
  /** Pixel `u` of the phase and its tap `j` meet output `u + base + j * reach`. */
  Window window;

  /** Sets one axis. */
  __device__ void prepare(const Convolution& convolution, int axis, int remainder) {
    const int stride = convolution.strides[axis];
    const int pad = convolution.pads[axis];
    const int dilation = convolution.dilations[axis];
    const int first = ((remainder - pad) % stride + stride) % stride;
    first_pixel[axis] = first;
    pixels[axis] = first < convolution.in[axis] ? (convolution.in[axis] - first + stride - 1) / stride : 0;
    int step = 1;
    while (step * dilation % stride != 0) step++;
    int tap = 0;
    while (tap < step && tap * dilation % stride != remainder) tap++;
    const bool has_taps = tap < step && tap < convolution.taps[axis];
    first_tap[axis] = tap;
    tap_step[axis] = step;
    taps[axis] = has_taps ? (convolution.taps[axis] - tap + step - 1) / step : 0;
    window.step[axis] = 1;
    window.base[axis] = has_taps ? (first + pad - tap * dilation) / stride : 0;
    window.reach[axis] = -(step * dilation / stride);
  }
};

struct InputGradientProblem {
  const Convolution& convolution;
  const Dividers& dividers;
  const Phase& phase;
  const float* dy;
  const float* y;
  const float* weight;

  __device__ int channels() const { return convolution.in_channels; }
  __device__ int others() const { return convolution.images * phase.pixels[0] * phase.pixels[1] * phase.pixels[2]; }
  __device__ int inner() const { return convolution.out_channels * phase.taps[0] * phase.taps[1] * phase.taps[2]; }

  __device__ Place other(int index) const {
    return pixel_place(index_of(dividers.pixels, index), phase.window, convolution.y_image, convolution.y_at);
  }
  __device__ Place other_inner(int k) const {
    return tap_place(tap_of(dividers, k), phase.window, convolution.y_channel, convolution.y_at);
  }
  __device__ Pixels other_operand() const {
    return {dy, y, {convolution.out[0], convolution.out[1], convolution.out[2]}};
  }
  __device__ Place channel(int index) const { return plain_place(index * convolution.w_in); }
  __device__ Place channel_inner(int k) const {
    Index index = tap_of(dividers, k);
    for (int axis = 0; axis < 3; axis++) {
      index.at[axis] = phase.first_tap[axis] + index.at[axis] * phase.tap_step[axis];
    }
    return plain_place(offset_of(index, convolution.w_out, convolution.w_at));
  }
  __device__ Weights channel_operand() const { return {weight, nullptr}; }
  __device__ int other_offset(int number) const {
    Index index = index_of(dividers.pixels, number);
    for (int axis = 0; axis < 3; axis++) {
      index.at[axis] = phase.first_pixel[axis] + index.at[axis] * convolution.strides[axis];
    }
    return offset_of(index, convolution.x_image, convolution.x_at);
  }
  __device__ int channel_offset(int index) const { return index * convolution.x_channel; }
};

/** Phases, as three remainders, and groups, in `[group][remainder 0][remainder 1][remainder 2]`. */
__device__ inline int prepare_member(const Convolution& convolution, int member, Phase& phase, Dividers& dividers) {
  int remainders[3];
  for (int axis = 2; axis >= 0; axis--) {
    remainders[axis] = member % convolution.strides[axis];
    member /= convolution.strides[axis];
  }
  if (threadIdx.x < 3) phase.prepare(convolution, threadIdx.x, remainders[threadIdx.x]);
  __syncthreads();
  dividers.prepare(phase.pixels, phase.taps, convolution.out_channels);
  __syncthreads();
  return member;
}

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    convolution_input_gradient(const float* dy, const float* y, const float* weight, float* dx, float* partials,
                               Convolution convolution, TileLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, tiles);
  __shared__ Dividers dividers;
  __shared__ Phase phase;
  const TilePlace place(launch, TILE_M, TILE_N);
  const int group = prepare_member(convolution, place.member, phase, dividers);
  const int y_group = convolution.y_group(group);
  const Oriented<InputGradientProblem> problem{{convolution, dividers, phase, dy + y_group, y + y_group,
                                                weight + convolution.w_group(group)}};
  tile_product(problem, place, launch, tiles, nullptr, dx + convolution.x_group(group), partials, nullptr);
}

/** Blocks for the sums of each member, one thread for each. */
extern "C" __global__ void add_input_gradient_partials(float* dx, const float* partials, Convolution convolution,
                                                       TileLaunch launch) {
  __shared__ Dividers dividers;
  __shared__ Phase phase;
  int member, index;
  const bool has_sum = find_sum(launch, member, index);
  const int group = prepare_member(convolution, member, phase, dividers);
  if (!has_sum) return;
  const Oriented<InputGradientProblem> problem{{convolution, dividers, phase, nullptr, nullptr, nullptr}};
  add_partials(problem, member, index, launch, nullptr, dx + convolution.x_group(group), partials);
}
