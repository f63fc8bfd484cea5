// A stretch of channels of one image with the channels innermost and the padding written out.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "transpose.h"

namespace camada {

/** `to[i][channel] = from[channel][i]`, dense. */
inline void interleave_channels(const float* from, int64_t plane, int64_t channels, int64_t count, float* to) {
  if (channels == 1) {
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
    return;
  }
  const float* end = to + count * channels;
  for (int64_t first = 0; first < channels; first += kLanes) {
    const int64_t rows = std::min(kLanes, channels - first);
    for (int64_t i = 0; i < count; i += kLanes) {
      const int64_t columns = std::min(kLanes, count - i);
      Floats block[kLanes];
      for (int64_t row = 0; row < kLanes; row++) {
        const float* source = from + (first + row) * plane + i;
        block[row] = row >= rows ? Floats{} : columns == kLanes ? load(source) : load_some(source, columns);
      }
      transpose(block);
      if (rows == kLanes) {
        for (int64_t j = 0; j < columns; j++) store(to + (i + j) * channels + first, block[j]);
      } else {
        for (int64_t j = 0; j < columns; j++) {
          float* place = to + (i + j) * channels + first;
          // Of few channels the lanes beyond the last go to the next position, which is written later.
          if (channels < kLanes && place + kLanes <= end) {
            store(place, block[j]);
          } else {
            store_some(place, block[j], rows);
          }
        }
      }
    }
  }
}

/** Sizes of the copy, and where its first element lies in the image: negative within the padding. */
struct ImageWindow {
  int64_t d, h, w;
  int64_t first_d, first_h, first_w;
};

/** `to` is `[window.d, window.h, window.w, channels]`; `from` the first channel of the image. */
inline void copy_channels_last(const ConvolutionShape& s, const ImageWindow& window, const float* from,
                               int64_t channels, float* to) {
  const int64_t row_words = window.w * channels;
  const int64_t low = std::clamp<int64_t>(-window.first_w, 0, window.w);
  const int64_t high = std::clamp<int64_t>(s.w - window.first_w, low, window.w);
  // Whole rows follow each other without a gap, here and there.
  const bool is_whole = window.w == s.w && low == 0 && high == window.w;
  const int64_t top = std::clamp<int64_t>(-window.first_h, 0, window.h);
  const int64_t bottom = std::clamp<int64_t>(s.h - window.first_h, top, window.h);
  for (int64_t d = 0; d < window.d; d++, to += window.h * row_words) {
    const int64_t id = window.first_d + d;
    if (id < 0 || id >= s.d || low == high) {
      std::fill_n(to, window.h * row_words, 0.0f);
      continue;
    }
    const float* source = from + (id * s.h + window.first_h) * s.w + window.first_w;
    std::fill_n(to, top * row_words, 0.0f);
    std::fill_n(to + bottom * row_words, (window.h - bottom) * row_words, 0.0f);
    if (is_whole) {
      interleave_channels(source + top * s.w, s.plane, channels, (bottom - top) * s.w, to + top * row_words);
      continue;
    }
    for (int64_t h = top; h < bottom; h++) {
      float* row = to + h * row_words;
      std::fill_n(row, low * channels, 0.0f);
      interleave_channels(source + h * s.w + low, s.plane, channels, high - low, row + low * channels);
      std::fill_n(row + high * channels, (window.w - high) * channels, 0.0f);
    }
  }
}

/**
 * The same with words of two positions: every position and the one that the next position of the output sees. `row` has
 * room for a row of the window, `s.sw` positions and a vector more.
 */
template <class Arithmetic>
void copy_channel_words(const ConvolutionShape& s, const ImageWindow& window, const float* from, int64_t channels,
                        float* row, float* to) {
  const int64_t row_words = window.w * channels;
  const int64_t next = s.sw * channels;
  std::fill_n(row + row_words, next + kLanes, 0.0f);
  for (int64_t i = 0; i < window.d * window.h; i++, to += row_words) {
    const ImageWindow one = {1, 1, window.w, window.first_d + i / window.h, window.first_h + i % window.h,
                             window.first_w};
    copy_channels_last(s, one, from, channels, row);
    for (int64_t j = 0; j < row_words; j += kLanes) {
      const Floats words = Arithmetic::words(load(row + j), load(row + j + next));
      if (j + kLanes <= row_words) {
        store(to + j, words);
      } else {
        store_some(to + j, words, row_words - j);
      }
    }
  }
}

}  // namespace camada
