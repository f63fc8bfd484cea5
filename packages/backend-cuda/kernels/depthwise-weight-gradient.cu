#define SPATIAL 3
#include "fused-activation.cuh"
#include "depthwise-geometry.cuh"
// The gradient of a depthwise convolution's weight: for every channel and tap a sum over the pixels of all images, and with
// `has_bias` one more, of dy itself. A block sums over one part of the pixels; `add_depthwise_partials` adds the parts in
// their order. SLOPE is of the convolution's activation, `y` its result: then dy is multiplied by the derivative.

constexpr int kThreads = 256;
/** Channels of a block: those that are neighbours in memory. */
constexpr int kChannels = CHANNELS_LAST ? 32 : 1;
constexpr int kPixelLanes = kThreads / kChannels;
/** Taps that are summed in one pass over the pixels. */
constexpr int kTaps = 9;

/** Sums one value of each thread over the threads of its channel; the first ones have the result. */
__device__ inline float sum_of_channel(float value, float (&shared)[kThreads]) {
  __syncthreads();
  shared[threadIdx.x] = value;
  for (int half = kPixelLanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half * kChannels) shared[threadIdx.x] += shared[threadIdx.x + half * kChannels];
  }
  return shared[threadIdx.x];
}

/** A block for each of `[part][channels]`, kChannels at once; `partials [part][channel][tap, then bias]`. */
extern "C" __global__ void __launch_bounds__(kThreads)
    depthwise_weight_gradient(const float* x, const float* dy, const float* y, float* partials, Convolution convolution,
                              int parts, int has_bias) {
  __shared__ DepthwiseDividers dividers;
  __shared__ float shared[kThreads];
  const int channels = convolution.groups * convolution.out_channels;
  dividers.prepare(convolution.out, channels);
  __syncthreads();
  const int channel_blocks = (channels + kChannels - 1) / kChannels;
  const int part = blockIdx.x / channel_blocks;
  const int channel = blockIdx.x % channel_blocks * kChannels + threadIdx.x % kChannels;
  const bool is_real = channel < channels;
  const int lane = threadIdx.x / kChannels;
  const int pixels = convolution.images * convolution.out[0] * convolution.out[1] * convolution.out[2];
  const int pixels_of_part = (pixels + parts - 1) / parts;
  const int end = min(pixels, (part + 1) * pixels_of_part);
  const int taps = convolution.taps[0] * convolution.taps[1] * convolution.taps[2];
  const int sums_of_channel = taps + has_bias;
  const int x_channel = channel / convolution.out_channels * convolution.x_channel;

  for (int first_tap = 0; first_tap < sums_of_channel; first_tap += kTaps) {
    int tap_at[kTaps][3];
#pragma unroll
    for (int i = 0; i < kTaps; i++) {
      const int tap = first_tap + i;
      tap_at[i][0] = tap / (convolution.taps[1] * convolution.taps[2]) * convolution.dilations[0];
      tap_at[i][1] = tap / convolution.taps[2] % convolution.taps[1] * convolution.dilations[1];
      tap_at[i][2] = tap % convolution.taps[2] * convolution.dilations[2];
    }
    float sums[kTaps] = {};
    for (int pixel = part * pixels_of_part + lane; is_real && pixel < end; pixel += kPixelLanes) {
      const Index index = index_of(dividers.pixels, pixel);
      const int place =
          index.outer * convolution.y_image + channel * convolution.y_channel + place_of(index.at, convolution.y_at);
      const float value = __ldg(dy + place);
      const float dz = SLOPE == kLinear ? value : undo_activation<SLOPE>(value, __ldg(y + place));
      const float* image = x + index.outer * convolution.x_image + x_channel;
#pragma unroll
      for (int i = 0; i < kTaps; i++) {
        if (first_tap + i >= taps) {
          if (first_tap + i == taps) sums[i] += dz;
          continue;
        }
        int at[3];
#pragma unroll
        for (int axis = 0; axis < 3; axis++) {
          at[axis] = index.at[axis] * convolution.strides[axis] - convolution.pads[axis] + tap_at[i][axis];
        }
        if (is_within(at, convolution.in)) sums[i] = fmaf(dz, __ldg(image + place_of(at, convolution.x_at)), sums[i]);
      }
    }
#pragma unroll
    for (int i = 0; i < kTaps; i++) {
      if (first_tap + i >= sums_of_channel) break;
      const float sum = sum_of_channel(sums[i], shared);
      if (lane == 0 && is_real) {
        partials[(static_cast<long long>(part) * channels + channel) * sums_of_channel + first_tap + i] = sum;
      }
    }
  }
}

/** One thread for each sum. */
extern "C" __global__ void add_depthwise_partials(const float* partials, float* dw, float* db, Convolution convolution,
                                                  int parts, int has_bias) {
  const int channels = convolution.groups * convolution.out_channels;
  const int taps = convolution.taps[0] * convolution.taps[1] * convolution.taps[2];
  const int sums_of_channel = taps + has_bias;
  const int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= channels * sums_of_channel) return;
  float sum = 0;
  for (int part = 0; part < parts; part++) {
    sum += partials[static_cast<long long>(part) * channels * sums_of_channel + index];
  }
  const int channel = index / sums_of_channel;
  const int tap = index % sums_of_channel;
  if (tap == taps) {
    db[channel] = sum;
    return;
  }
  const int at[3] = {tap / (convolution.taps[1] * convolution.taps[2]), tap / convolution.taps[2] % convolution.taps[1],
                     tap % convolution.taps[2]};
  dw[channel * convolution.w_out + place_of(at, convolution.w_at)] = sum;
}
