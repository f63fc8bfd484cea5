// How the gradient of a convolution's weight is cut into chunks.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "tap-kernel.h"

namespace camada {

/**
 * A chunk is a group of images, a stretch of output channels and one of input channels. Each writes sums of its own,
 * which are added up in the order of the images' groups: a number that depends on sizes alone.
 */
struct WeightGradientPlan {
  static constexpr int64_t kEnoughChunks = 32;
  static constexpr int64_t kMostOutChannels = 64;
  static constexpr int64_t kMostInChannels = 64;
  static constexpr int64_t kMostPartialBytes = 48ll << 20;
  static constexpr int64_t kBlockBytes = 320 << 10;
  static constexpr int64_t kEnoughPositions = 384;

  Parts out_parts;
  Parts in_parts;
  Parts image_groups;
  /** Images that are prepared together. */
  int64_t block_images;
  /** Rows of the output of an image that are prepared together. */
  Parts bands;
  /** Sizes of the prepared input: whatever the windows of a band's rows reach. */
  int64_t xd, xh, xw;
  /** Stretches of taps whose lanes are neighbours, and the lanes of one. */
  int64_t segments;
  int64_t segment_taps;

  explicit WeightGradientPlan(const ConvolutionShape& s)
      : out_parts(s.out_channels, s.taps == 1 ? 4 * kMostOutChannels : kMostOutChannels),
        in_parts(s.in_channels, s.taps == 1 ? 4 * kMostInChannels : kMostInChannels),
        image_groups(s.n, s.n),
        block_images(1),
        bands(s.oh, s.oh) {
    const int64_t outputs = s.groups * out_parts.parts * in_parts.parts;
    const int64_t weight_bytes = std::max<int64_t>(4 * s.c_out * s.in_channels * s.taps, 1);
    const int64_t wanted = std::min((kEnoughChunks + outputs - 1) / outputs, kMostPartialBytes / weight_bytes);
    const int64_t group_count = std::clamp<int64_t>(wanted, 1, s.n);
    image_groups = Parts(s.n, (s.n + group_count - 1) / group_count);
    xd = (s.od - 1) * s.sd + (s.kd - 1) * s.dd + 1;
    xw = (s.ow - 1) * s.sw + (s.kw - 1) * s.dw + 1;
    const int64_t row_bytes =
        4 * (s.od * s.ow * out_parts.size(0) + xd * xw * s.sh * in_parts.size(0));
    const int64_t fitting = std::max<int64_t>(kBlockBytes / row_bytes, 1);
    bands = Parts(s.oh, std::max(std::min(s.oh, fitting), std::min(s.oh, s.kh * s.dh / s.sh)));
    xh = (bands.size(0) - 1) * s.sh + (s.kh - 1) * s.dh + 1;
    if (bands.parts == 1) {
      const int64_t few = (kEnoughPositions + s.positions - 1) / s.positions;
      block_images = std::clamp<int64_t>(few, 1, image_groups.size(0));
    }
    segment_taps = s.dw == 1 ? s.kw : 1;
    segments = s.taps / segment_taps;
  }

  /** Lanes of one segment for so many input channels, in whole vectors. */
  int64_t segment_lanes(int64_t in_channels) const {
    return (segment_taps * in_channels + kLanes - 1) / kLanes * kLanes;
  }
  /** Sums of one output channel. */
  int64_t row_words(int64_t in_channels) const { return segments * segment_lanes(in_channels); }
  int64_t x_words(int64_t in_channels) const { return xd * xh * xw * in_channels; }
};

}  // namespace camada
