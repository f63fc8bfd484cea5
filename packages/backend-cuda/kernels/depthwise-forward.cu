#define SPATIAL 3
#include "fused-activation.cuh"
#include "depthwise-geometry.cuh"
// `y = activation(x * weight + bias)` where every input channel has kernels of its own. A thread computes several pixels of
// one channel, so that it reads a weight once for all of them.

/** `[group][pixel]` threads for each image, or `[pixel][group]` with CHANNELS_LAST; `bias` may be null. */
extern "C" __global__ void __launch_bounds__(256)
    depthwise_forward(const float* x, const float* weight, const float* bias, float* y, Convolution convolution,
                      float alpha) {
  __shared__ DepthwiseDividers dividers;
  dividers.prepare(convolution.out, convolution.groups * convolution.out_channels);
  __syncthreads();
  Share share;
  if (!dividers.find(convolution.images, share)) return;
  const int group = share.channel / convolution.out_channels;
  const float* image = x + share.image * convolution.x_image + group * convolution.x_channel;
  const float* weights = weight + share.channel * convolution.w_out;

  int first[kShare][3];
#pragma unroll
  for (int i = 0; i < kShare; i++) {
    const Index pixel = index_of(dividers.pixels, share.pixel(i));
#pragma unroll
    for (int axis = 0; axis < 3; axis++) first[i][axis] = pixel.at[axis] * convolution.strides[axis] - convolution.pads[axis];
  }
  float sums[kShare] = {};
  for (int d = 0; d < convolution.taps[0]; d++) {
    for (int h = 0; h < convolution.taps[1]; h++) {
      for (int w = 0; w < convolution.taps[2]; w++) {
        const float factor = __ldg(weights + d * convolution.w_at[0] + h * convolution.w_at[1] + w * convolution.w_at[2]);
#pragma unroll
        for (int i = 0; i < kShare; i++) {
          const int at[3] = {first[i][0] + d * convolution.dilations[0], first[i][1] + h * convolution.dilations[1],
                             first[i][2] + w * convolution.dilations[2]};
          if (share.has(i) && is_within(at, convolution.in)) {
            sums[i] = fmaf(__ldg(image + place_of(at, convolution.x_at)), factor, sums[i]);
          }
        }
      }
    }
  }
  float* own = y + share.image * convolution.y_image + share.channel * convolution.y_channel;
  const float offset = bias == nullptr ? 0 : bias[share.channel];
#pragma unroll
  for (int i = 0; i < kShare; i++) {
    if (!share.has(i)) continue;
    const Index pixel = index_of(dividers.pixels, share.pixel(i));
    const float sum = bias == nullptr ? sums[i] : sums[i] + offset;
    own[place_of(pixel.at, convolution.y_at)] = activated<ACTIVATION>(sum, alpha);
  }
}
