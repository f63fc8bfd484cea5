// The output's gradient before the activation, for the images and rows that a chunk of the weight's gradient takes at a
// time.
#pragma once
#include <algorithm>

#include "convolution-shape.h"

namespace camada {

/** What one chunk works on. */
struct WeightGradientChunk {
  int64_t group;
  int64_t first_out, outs;
  int64_t first_in, ins;
  int64_t first_image, last_image;
};

/** Views of the output's gradient before the activation, for the images and rows of one block, in words. */
struct GradientBlock {
  const float* dz;
  int64_t channel, image, depth;
  /** Words of a row. */
  int64_t row;
};

/** Numbers as words of neighbours, row by row; the last of an odd row is paired with zero. */
template <class Arithmetic>
void pair_neighbours(const float* from, int64_t rows, int64_t width, float* to) {
  const int64_t row_words = (width + 1) / 2;
  if (width % 2 == 0) {
    // Rows follow each other without a gap.
    width *= rows;
    rows = 1;
  }
  for (int64_t row = 0; row < rows; row++, from += width, to += row_words) {
    for (int64_t i = 0; i < width; i += 2 * kLanes) {
      const int64_t count = std::min(2 * kLanes, width - i);
      const Floats low = load_some(from + i, std::min(kLanes, count));
      const Floats high = count > kLanes ? load_some(from + i + kLanes, count - kLanes) : Floats{};
      store_some(to + i / 2, Arithmetic::neighbour_words(low, high), (count + 1) / 2);
    }
  }
}

/**
 * Takes rows `[first, first + rows)` of the output's gradient for a block of images; computed where it must be. Where
 * words are pairs, adds the sums that the bias wants on the way.
 */
template <class Arithmetic>
GradientBlock prepare_words(const ConvolutionShape& s, const WeightGradientChunk& c, int64_t image, int64_t images,
                            int64_t first, int64_t rows, const float* dy, const float* y, float* numbers, float* dz,
                            float* sums) {
  const int64_t offset = (image * s.c_out + c.group * s.out_channels + c.first_out) * s.positions + first * s.ow;
  const int64_t length = rows * s.ow;
  const int64_t row_words = (s.ow + 1) / 2;
  float* to = dz;
  for (int64_t i = 0; i < images * c.outs * s.od; i++, to += rows * row_words) {
    const int64_t channel = i / s.od % c.outs;
    const int64_t source =
        offset + (i / s.od / c.outs * s.c_out + channel) * s.positions + i % s.od * s.oh * s.ow;
    activation_gradient(s.activation, numbers, dy + source, y == nullptr ? y : y + source, length);
    if (sums != nullptr) sums[channel] += sum_of(numbers, length);
    pair_neighbours<Arithmetic>(numbers, rows, s.ow, to);
  }
  const int64_t depth = rows * row_words;
  return {dz, s.od * depth, c.outs * s.od * depth, depth, row_words};
}

/** The same for words of one number. */
inline GradientBlock prepare_gradient(const ConvolutionShape& s, const WeightGradientChunk& c, int64_t image,
                                      int64_t images, int64_t first, int64_t rows, const float* dy, const float* y,
                                      float* dz) {
  const int64_t offset = (image * s.c_out + c.group * s.out_channels + c.first_out) * s.positions + first * s.ow;
  if (s.activation == Activation::kLinear) {
    return {dy + offset, s.positions, s.c_out * s.positions, s.oh * s.ow, s.ow};
  }
  const int64_t length = rows * s.ow;
  float* to = dz;
  for (int64_t i = 0; i < images; i++) {
    for (int64_t channel = 0; channel < c.outs; channel++) {
      for (int64_t depth = 0; depth < s.od; depth++, to += length) {
        const int64_t source = offset + (i * s.c_out + channel) * s.positions + depth * s.oh * s.ow;
        activation_gradient(s.activation, to, dy + source, y + source, length);
      }
    }
  }
  return {dz, s.od * length, c.outs * s.od * length, length, s.ow};
}

inline void add_bias_gradient(const ConvolutionShape& s, const WeightGradientChunk& c, const GradientBlock& block,
                              int64_t images, int64_t rows, float* sums) {
  for (int64_t i = 0; i < images; i++) {
    for (int64_t channel = 0; channel < c.outs; channel++) {
      for (int64_t depth = 0; depth < s.od; depth++) {
        const float* dz = block.dz + i * block.image + channel * block.channel + depth * block.depth;
        sums[channel] += sum_of(dz, rows * s.ow);
      }
    }
  }
}

}  // namespace camada
