// Images in blocks of as many channels as a vector has lanes, the padding written out: `[rows, columns, kLanes]`. A window
// then has the same vectors for every output, all of them aligned, whatever its kernel, stride and dilation.
#pragma once
#include <cstdint>

#include "window-activation.h"
#include "window.h"

namespace camada {

/** How a tensor of images holds them: floats from a channel to the next, and from a pixel to the next. */
struct ImageLayout {
  int64_t channel_step;
  int64_t pixel_step;

  bool is_channels_last() const { return channel_step == 1; }
  static ImageLayout channels_first(int64_t pixels) { return {pixels, 1}; }
  static ImageLayout channels_last(int64_t channels) { return {1, channels}; }
};

/** A block: rows `[first_row, first_row + rows)` of the padded input, `first_row` 0 being the padding's first. */
struct LaneBlock {
  WindowAxis h;
  WindowAxis w;
  int64_t rows;
  int64_t columns;

  LaneBlock(const WindowAxis& h, const WindowAxis& w, int64_t output_rows)
      : h(h), w(w), rows((output_rows - 1) * h.stride + h.reach() + 1), columns((w.out - 1) * w.stride + w.reach() + 1) {}

  /** Floats of a block. */
  int64_t size() const;
  /** Floats from the first tap to tap `(i, j)`. */
  int64_t offset(int64_t i, int64_t j) const;

  /** Output rows whose block stays within the second-level cache. */
  static int64_t rows_for(const WindowAxis& h, const WindowAxis& w);

  /**
   * Fills the block for `count` output rows from `first` on; `image` is the first channel, of which `channels` are
   * there. The lanes of the others are zeros.
   */
  void pack(const float* image, ImageLayout layout, int64_t channels, int64_t first, int64_t count, float* block) const;
};

/** Writes `pixels` vectors of `from` to the pixels of an image from `to` on, `channels` lanes of each. */
void unpack(const float* from, int64_t pixels, float* to, ImageLayout layout, int64_t channels);

/** Sums over the taps of a window, one vector of channels for each output of a row. */
struct LaneSum {
  /** Floats from the source's first vector to each tap's. */
  const int64_t* offsets;
  /** A vector for each tap. */
  const float* weights;
  int64_t taps;
  /** Floats from an output's source to the next one's. */
  int64_t source_step;
  int64_t out_step;
  /** A vector, or null. */
  const float* bias;
  WindowActivation activation;

  /** `out[i] = activation(bias + sum over t of weights[t] * source[i][t])` for `count` outputs. */
  void run(const float* source, int64_t count, float* out) const;
};

}  // namespace camada
