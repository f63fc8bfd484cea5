// The output's gradient before the activation, as the kernels for rows of the input's gradient read it.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "transpose.h"

namespace camada {

/** Rows from `first` on of every depth, `[channel][od][row][ow]`, in words. */
struct GradientBand {
  const float* dz;
  int64_t channel_stride;
  int64_t depth_stride;
  int64_t first;
};

/** Fills `to`; a word for two channels needs `lower` for the numbers of both. */
template <class Arithmetic>
GradientBand prepare_band(const ConvolutionShape& s, const float* dy, const float* y, int64_t first, int64_t last,
                          float* to, float* lower) {
  const int64_t length = (last - first) * s.ow;
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  for (int64_t i = 0; i < words * s.od; i++) {
    const int64_t channel = i / s.od * Arithmetic::kValuesPerWord;
    const int64_t source = (channel * s.od + i % s.od) * s.oh * s.ow + first * s.ow;
    float* target = to + i * length;
    const float* y_source = y == nullptr ? nullptr : y + source;
    if constexpr (Arithmetic::kValuesPerWord == 1) {
      activation_gradient(s.activation, target, dy + source, y_source, length);
      continue;
    }
    activation_gradient(s.activation, target, dy + source, y_source, length);
    const bool has_second = channel + 1 < s.out_channels;
    if (has_second) {
      activation_gradient(s.activation, lower, dy + source + s.positions,
                          y == nullptr ? nullptr : y_source + s.positions, length);
    }
    for (int64_t j = 0; j < length; j += kLanes) {
      const int64_t count = std::min(kLanes, length - j);
      const Floats second = has_second ? load_some(lower + j, count) : Floats{};
      const Floats pairs = Arithmetic::words(load_some(target + j, count), second);
      store_some(target + j, pairs, count);
    }
  }
  return {to, s.od * length, length, first};
}

/**
 * Words of a band with the channels innermost: `[od][row][before + ow + after][channel]`, with zeros before and after.
 * `channel_words` counts the channels with those that fill the last step.
 */
struct TileBand {
  int64_t before;
  int64_t row_positions;
  int64_t channel_words;

  int64_t row_words() const { return row_positions * channel_words; }

  /** Writes rows `[0, rows)` of every depth, of a band with so many words of channels. */
  void write(const ConvolutionShape& s, const GradientBand& band, int64_t words, int64_t rows, float* to) const {
    for (int64_t row = 0; row < s.od * rows; row++, to += row_words()) {
      std::fill_n(to, row_words(), 0.0f);
      const float* from = band.dz + row / rows * band.depth_stride + row % rows * s.ow;
      for (int64_t first = 0; first < words; first += kLanes) {
        for (int64_t x = 0; x < s.ow; x += kLanes) {
          const int64_t count = std::min(kLanes, s.ow - x);
          Floats block[kLanes];
          for (int64_t i = 0; i < kLanes; i++) {
            const bool is_there = first + i < words;
            block[i] = is_there ? load_some(from + (first + i) * band.channel_stride + x, count) : Floats{};
          }
          transpose(block);
          for (int64_t i = 0; i < count; i++) store(to + (before + x + i) * channel_words + first, block[i]);
        }
      }
    }
  }
};

}  // namespace camada
