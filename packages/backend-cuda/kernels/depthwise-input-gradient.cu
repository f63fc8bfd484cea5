#define SPATIAL 3
#include "fused-activation.cuh"
#include "depthwise-geometry.cuh"
// The gradient of a depthwise convolution's input. SLOPE is of the convolution's activation, `y` its result: then dy is
// multiplied by the derivative on the way.

/** The output that tap `tap` of pixel `at` meets, along one axis; -1 for none. */
__device__ inline int output_of(const Convolution& convolution, const Divider& stride, int axis, int at, int tap) {
  const int from = at + convolution.pads[axis] - tap * convolution.dilations[axis];
  if (from < 0) return -1;
  const int output = quotient(stride, from);
  const bool is_met = output * convolution.strides[axis] == from && output < convolution.out[axis];
  return is_met ? output : -1;
}

/** Threads as in the forward pass, of dx instead of y. */
extern "C" __global__ void __launch_bounds__(256)
    depthwise_input_gradient(const float* dy, const float* y, const float* weight, float* dx, Convolution convolution) {
  __shared__ DepthwiseDividers dividers;
  __shared__ Divider strides[3];
  dividers.prepare(convolution.in, convolution.groups);
  if (threadIdx.x >= 32 && threadIdx.x < 35) strides[threadIdx.x - 32] = divider_of(convolution.strides[threadIdx.x - 32]);
  __syncthreads();
  Share share;
  if (!dividers.find(convolution.images, share)) return;
  const int first_channel = share.channel * convolution.out_channels;

  Index pixels[kShare];
#pragma unroll
  for (int i = 0; i < kShare; i++) pixels[i] = index_of(dividers.pixels, share.pixel(i));
  float sums[kShare] = {};
  for (int channel = first_channel; channel < first_channel + convolution.out_channels; channel++) {
    const int plane = share.image * convolution.y_image + channel * convolution.y_channel;
    const float* weights = weight + channel * convolution.w_out;
    for (int d = 0; d < convolution.taps[0]; d++) {
      for (int h = 0; h < convolution.taps[1]; h++) {
        for (int w = 0; w < convolution.taps[2]; w++) {
          const float factor = __ldg(weights + d * convolution.w_at[0] + h * convolution.w_at[1] + w * convolution.w_at[2]);
#pragma unroll
          for (int i = 0; i < kShare; i++) {
            const int at[3] = {output_of(convolution, strides[0], 0, pixels[i].at[0], d),
                               output_of(convolution, strides[1], 1, pixels[i].at[1], h),
                               output_of(convolution, strides[2], 2, pixels[i].at[2], w)};
            if (!share.has(i) || (at[0] | at[1] | at[2]) < 0) continue;
            const int place = plane + place_of(at, convolution.y_at);
            const float value = __ldg(dy + place);
            const float dz = SLOPE == kLinear ? value : undo_activation<SLOPE>(value, __ldg(y + place));
            sums[i] = fmaf(dz, factor, sums[i]);
          }
        }
      }
    }
  }
  float* own = dx + share.image * convolution.x_image + share.channel * convolution.x_channel;
#pragma unroll
  for (int i = 0; i < kShare; i++) {
    if (share.has(i)) own[place_of(pixels[i].at, convolution.x_at)] = sums[i];
  }
}
