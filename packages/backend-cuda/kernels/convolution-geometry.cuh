#include "divider.cuh"
#include "place.cuh"
// A convolution of up to three spatial axes in terms of offsets, the same for every layout of its tensors: each axis of a
// tensor has the number of elements from one place to the next.

struct Convolution {
  int images;
  int groups;
  /** Channels of one group. */
  int in_channels;
  int out_channels;
  /** Extents along depth, height, width. */
  int in[3];
  int out[3];
  int taps[3];
  int strides[3];
  /** Padding before the first element. */
  int pads[3];
  int dilations[3];
  /** Elements from one place to the next: images, channels, three spatial axes. */
  int x_image;
  int x_channel;
  int x_at[3];
  int y_image;
  int y_channel;
  int y_at[3];
  /** Output channels, input channels, three axes of the kernel. */
  int w_out;
  int w_in;
  int w_at[3];

  __device__ int x_group(int group) const { return group * in_channels * x_channel; }
  __device__ int y_group(int group) const { return group * out_channels * y_channel; }
  __device__ int w_group(int group) const { return group * out_channels * w_out; }
};

/** How a number stands for a place of three axes and an outer one: by division. */
struct Radices {
  Divider volume;
  Divider plane;
  Divider line;
};

/** A place of three axes and an outer one. */
struct Index {
  int outer;
  int at[3];
};

/** Divisions by a convolution's extents, made once for each block. */
struct Dividers {
  Radices pixels;
  Radices taps;
  Divider channels;

  /** Called by the first threads of a block, one divider each; the others need a barrier. */
  __device__ void prepare(const int (&extents)[3], const int (&kernel)[3], int channel_count) {
    if (threadIdx.x == 0) pixels.volume = divider_of(extents[0] * extents[1] * extents[2]);
    if (threadIdx.x == 1) pixels.plane = divider_of(extents[1] * extents[2]);
    if (threadIdx.x == 2) pixels.line = divider_of(extents[2]);
    if (threadIdx.x == 3) taps.volume = divider_of(kernel[0] * kernel[1] * kernel[2]);
    if (threadIdx.x == 4) taps.plane = divider_of(kernel[1] * kernel[2]);
    if (threadIdx.x == 5) taps.line = divider_of(kernel[2]);
    if (threadIdx.x == 6) channels = divider_of(channel_count);
  }
};

/** Number `index` of `[outer][axis 0][axis 1][axis 2]`. */
__device__ inline Index index_of(const Radices& radices, int index) {
  Index result;
  result.outer = divide(radices.volume, index);
  result.at[0] = SPATIAL < 3 ? 0 : divide(radices.plane, index);
  result.at[1] = divide(radices.line, index);
  result.at[2] = index;
  return result;
}

/** A channel and a tap: number `index` of `[channel][taps]`, or of `[taps][channel]` with CHANNELS_LAST. */
__device__ inline Index tap_of(const Dividers& dividers, int index) {
#if CHANNELS_LAST
  int tap = index;
  const int channel = index - quotient(dividers.channels, index) * static_cast<int>(dividers.channels.divisor);
  tap = quotient(dividers.channels, index);
  Index result;
  result.outer = channel;
  result.at[0] = SPATIAL < 3 ? 0 : divide(dividers.taps.plane, tap);
  result.at[1] = divide(dividers.taps.line, tap);
  result.at[2] = tap;
  return result;
#else
  return index_of(dividers.taps, index);
#endif
}

/** Offset of a place, by the distances of its axes. */
__device__ inline int offset_of(const Index& index, int outer, const int (&at)[3]) {
  return index.outer * outer + index.at[0] * at[0] + index.at[1] * at[1] + index.at[2] * at[2];
}

/**
 * What a convolution reads: tap `t` of pixel `p` stands at `p * step + base + t * reach` of an axis.
 */
struct Window {
  int step[3];
  int base[3];
  int reach[3];
};

/** What a pixel contributes to the place of an element read through a window; distances are those of what is read. */
__device__ inline Place pixel_place(const Index& index, const Window& window, int image, const int (&at)[3]) {
  Place place;
  place.offset = index.outer * image;
  for (int axis = 0; axis < 3; axis++) {
    place.at[axis] = index.at[axis] * window.step[axis] + window.base[axis];
    place.offset += place.at[axis] * at[axis];
  }
  return place;
}

/** What a channel and a tap contribute. */
__device__ inline Place tap_place(const Index& index, const Window& window, int channel, const int (&at)[3]) {
  Place place;
  place.offset = index.outer * channel;
  for (int axis = 0; axis < 3; axis++) {
    place.at[axis] = index.at[axis] * window.reach[axis];
    place.offset += place.at[axis] * at[axis];
  }
  return place;
}

/** The window of a convolution itself. */
__device__ inline Window window_of(const Convolution& convolution) {
  Window window;
  for (int axis = 0; axis < 3; axis++) {
    window.step[axis] = convolution.strides[axis];
    window.base[axis] = -convolution.pads[axis];
    window.reach[axis] = convolution.dilations[axis];
  }
  return window;
}
