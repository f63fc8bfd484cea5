#include "convolution-geometry.cuh"
// How threads share the pixels of a depthwise convolution.

/** Pixels of a thread. */
constexpr int kShare = 4;

/** One channel of one image and some pixels of it: every `apart`-th, so that those of neighbouring threads are neighbours. */
struct Share {
  int image;
  int channel;
  int first;
  int apart;
  int pixels;

  __device__ bool has(int i) const { return first + i * apart < pixels; }
  /** The first pixel stands for those that there are not. */
  __device__ int pixel(int i) const { return has(i) ? first + i * apart : first; }
};

struct DepthwiseDividers {
  Radices pixels;
  Divider channels;
  Divider groups_of_pixels;

  /** Called by the first threads of a block; the others need a barrier. */
  __device__ void prepare(const int (&extents)[3], int channel_count) {
    const int volume = extents[0] * extents[1] * extents[2];
    if (threadIdx.x == 0) pixels.volume = divider_of(volume);
    if (threadIdx.x == 1) pixels.plane = divider_of(extents[1] * extents[2]);
    if (threadIdx.x == 2) pixels.line = divider_of(extents[2]);
    if (threadIdx.x == 3) channels = divider_of(channel_count);
    if (threadIdx.x == 4) groups_of_pixels = divider_of((volume + kShare - 1) / kShare);
  }

  /** What this thread is for; false where there is nothing left. */
  __device__ bool find(int images, Share& share) const {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    share.pixels = static_cast<int>(pixels.volume.divisor);
    share.apart = static_cast<int>(groups_of_pixels.divisor);
#if CHANNELS_LAST
    const int rest = quotient(channels, index);
    share.channel = index - rest * static_cast<int>(channels.divisor);
    index = rest;
    share.image = divide(groups_of_pixels, index);
    share.first = index;
#else
    const int plane = divide(groups_of_pixels, index);
    share.first = index;
    share.image = quotient(channels, plane);
    share.channel = plane - share.image * static_cast<int>(channels.divisor);
#endif
    return share.image < images;
  }
};

__device__ inline bool is_within(const int (&at)[3], const int (&extents)[3]) {
  return static_cast<unsigned>(at[0]) < static_cast<unsigned>(extents[0]) &&
         static_cast<unsigned>(at[1]) < static_cast<unsigned>(extents[1]) &&
         static_cast<unsigned>(at[2]) < static_cast<unsigned>(extents[2]);
}

__device__ inline int place_of(const int (&at)[3], const int (&apart)[3]) {
  return at[0] * apart[0] + at[1] * apart[1] + at[2] * apart[2];
}
