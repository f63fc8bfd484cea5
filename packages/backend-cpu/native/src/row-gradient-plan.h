// How the gradient of an input whose rows are kept in registers is cut, and the weight's order for it.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "parallel.h"
#include "row-kernel.h"

namespace camada {

/** Rows that share the lanes, where the channels of one would leave most of them idle. */
inline int64_t shared_rows(const ConvolutionShape& s) {
  if (s.dh != 1 || 2 * s.in_channels > kLanes) return 1;
  return std::min(kLanes / s.in_channels, s.h);
}

/** Chunks: images, bands of rows, blocks of as many input channels as there are lanes. */
struct RowGradientPlan {
  /** The output's gradient of one chunk is to stay in the second-level cache. */
  static constexpr int64_t kBandBytes = 384 << 10;
  static constexpr int64_t kEnoughChunks = 48;

  /** A lane is a channel of one of so many neighbouring rows. */
  int64_t lane_rows;
  /** Taps of the kernel's height, as all rows of a block together see them. */
  int64_t heights;
  int64_t blocks;
  Parts bands;
  int64_t block_chunks;
  /** Rows of the output that a band needs at most. */
  int64_t most_rows;
  /** Positions of the output's rows per call. */
  Parts pieces;
  /** Positions in a row that is computed. */
  int64_t row_positions;

  explicit RowGradientPlan(const ConvolutionShape& s)
      : lane_rows(shared_rows(s)),
        heights(s.kh + lane_rows - 1),
        blocks((s.in_channels + kLanes - 1) / kLanes),
        bands(s.h, s.h),
        pieces(s.ow, most_row_positions(static_cast<int>(s.kw))),
        row_positions(std::max(s.ow + s.kw - 1, s.pw + s.w)) {
    const int64_t row_bytes = s.out_channels * s.od * s.ow * 4;
    const int64_t rows = kBandBytes / std::max<int64_t>(row_bytes, 1);
    const int64_t fitting = std::max<int64_t>(rows - (s.kh - 1) * s.dh, 2 * s.kh);
    bands = Parts(s.h, std::max(std::min(s.h, fitting), lane_rows));
    most_rows = std::min(s.oh, bands.size(0) + (s.kh - 1) * s.dh);
    const int64_t others = s.n * s.groups * bands.parts;
    block_chunks = std::clamp<int64_t>(kEnoughChunks / others, 1, blocks);
  }
  int64_t first_block(int64_t chunk) const { return blocks * chunk / block_chunks; }
};

/** Words of the output channels of one group, in whole steps of the arithmetic. */
template <class Arithmetic>
constexpr int64_t channel_words(const ConvolutionShape& s) {
  constexpr int64_t kChannels = Arithmetic::kValuesPerWord * Arithmetic::kStepGrain;
  return (s.out_channels + kChannels - 1) / kChannels * Arithmetic::kStepGrain;
}

/**
 * `[group][block][kd][height][channel][kw][lane]` from `[group, channel, input channel, kd, kh, kw]`. Row `r` of a
 * block sees tap `height - (lane_rows - 1) + r`, if there is one.
 */
template <class Arithmetic>
void pack_row_weights(const ConvolutionShape& s, const RowGradientPlan& plan, const float* weight, float* packed) {
  const int64_t kernel = s.in_channels * s.taps;
  const int64_t words = channel_words<Arithmetic>(s);
  const int64_t block_words = s.kd * plan.heights * words * s.kw * kLanes;
  parallel_for(s.groups * plan.blocks, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.blocks;
    const int64_t first = chunk % plan.blocks * kLanes;
    const int64_t channels = std::min(kLanes, s.in_channels - first);
    float* block = packed + chunk * block_words;
    std::fill_n(block, block_words, 0.0f);
    for (int64_t word = 0; word * Arithmetic::kValuesPerWord < s.out_channels; word++) {
      const int64_t channel = word * Arithmetic::kValuesPerWord;
      const bool has_second = channel + 1 < s.out_channels;
      const float* from = weight + (group * s.out_channels + channel) * kernel + first * s.taps;
      for (int64_t row = 0; row < s.kd * plan.heights; row++) {
        float* to = block + (row * words + word) * s.kw * kLanes;
        for (int64_t r = 0; r < plan.lane_rows; r++) {
          const int64_t kh = row % plan.heights - (plan.lane_rows - 1) + r;
          if (kh < 0 || kh >= s.kh) continue;
          for (int64_t lane = 0; lane < channels; lane++) {
            const float* value = from + lane * s.taps + (row / plan.heights * s.kh + kh) * s.kw;
            for (int64_t kw = 0; kw < s.kw; kw++) {
              to[kw * kLanes + r * channels + lane] =
                  Arithmetic::word(value[kw], has_second ? value[kw + kernel] : 0.0f);
            }
          }
        }
      }
    }
  });
}

}  // namespace camada
