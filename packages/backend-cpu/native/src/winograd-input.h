// Inputs of tiles at Winograd's points.
#pragma once
#include "winograd-tiles.h"
#include "winograd-transform.h"

namespace camada {

/** Floats of scratch space for the inputs that `rows` rows of tiles see in one channel. */
inline int64_t winograd_split_size(const WinogradTiles& tiles, int64_t rows) {
  return (2 * rows + tiles.points) * 2 * tiles.half_row() + 2 * tiles.half_row() + 2 * kLanes;
}

/**
 * Splits the padded rows that `rows` rows of tiles from `first` on see: `[row, parity, half_row]`. `end_of_x` is where the
 * tensor of `plane` ends.
 */
inline void split_inputs(const ConvolutionShape& s, const WinogradTiles& tiles, const float* plane, const float* end_of_x,
                         int64_t first, int64_t rows, float* padded, float* split) {
  const int64_t width = 2 * (tiles.tiles_w + tiles.overlap());
  const int64_t left = std::min(s.pw, width);
  const int64_t used = std::clamp<int64_t>(width - left, 0, s.w);
  const int64_t end = (width + 2 * kLanes - 1) / (2 * kLanes) * (2 * kLanes);
  std::fill_n(padded, end, 0.0f);
  for (int64_t row = 0; row < 2 * (rows + tiles.overlap()); row++, split += 2 * tiles.half_row()) {
    const int64_t ih = 2 * first + row - s.ph;
    if (ih < 0 || ih >= s.h) {
      std::fill_n(split, 2 * tiles.half_row(), 0.0f);
      continue;
    }
    const float* from = plane + ih * s.w;
    if (left == 0 && used == width && end_of_x - from >= end) {
      split_row(from, width, split, split + tiles.half_row());
      continue;
    }
    copy_row(from, used, padded + left);
    split_row(padded, width, split, split + tiles.half_row());
  }
}

/**
 * `v`, `[point, channel, tile]` with points `point_stride` and channels `pitch` apart, for `channels` channels from
 * `first_channel` on and the tiles of `count` rows from `first_row` on.
 */
template <int kTaps>
void transform_inputs(const ConvolutionShape& s, const WinogradTiles& tiles, const float* x, int64_t first_channel,
                      int64_t channels, int64_t first_row, int64_t count, float* scratch, int64_t pitch, float* v) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const int64_t half = tiles.half_row();
  const int64_t stride = point_stride(channels, pitch);
  float* split = scratch + 2 * half + 2 * kLanes;
  each_image(tiles, first_row, count, [&](TileRows rows, int64_t tile) {
    for (int64_t c = 0; c < channels; c++) {
      split_inputs(s, tiles, x + (rows.image * s.c_in + first_channel + c) * s.plane, x + s.n * s.c_in * s.plane,
                   rows.first, rows.count, scratch, split);
      for (int64_t r = 0; r < rows.count; r++) {
        // A row is written in whole vectors; what is beyond its end, the next row writes over.
        float* to = v + c * pitch + tile + r * tiles.tiles_w;
        const float* from = split + 4 * r * half;
        for (int64_t t = 0; t < tiles.tiles_w; t += kLanes) {
          transform_square<Floats, kPoints, kPoints>(
              Transform::input, [&](int i, int j) { return load(from + (2 * i + j % 2) * half + t + j / 2); },
              [&](int i, int j, Floats value) { store(to + (i * kPoints + j) * stride + t, value); });
        }
      }
    }
  });
}

}  // namespace camada
