// Where tiles lie, and planes of images split so that tiles are neighbours in them.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "spatial-simd.h"
#include "tile-kernel.h"

namespace camada {

/** The tiles of all images: `[n, tiles_h, tiles_w]`, each of 2 x 2 outputs. */
struct WinogradTiles {
  /** Points of a transformed tile along an axis, which are as many as inputs of a tile. */
  int64_t points;
  int64_t tiles_h, tiles_w;
  /** Rows of tiles of all images. */
  int64_t rows;

  WinogradTiles(const ConvolutionShape& s, int64_t points_)
      : points(points_), tiles_h((s.oh + 1) / 2), tiles_w((s.ow + 1) / 2), rows(s.n * tiles_h) {}

  /** Tiles beside each other that a tile's inputs overlap. */
  int64_t overlap() const { return points / 2 - 1; }
  /** Floats of a row of tiles in planes of inputs split by parity of the column; vectors may start at any tile. */
  int64_t half_row() const { return tiles_w + overlap() + 2 * kLanes; }
};

/**
 * Floats for one value of each of `tiles` tiles: rows are written in whole vectors, the last beyond its end. An odd number
 * of cache lines, so that the same tile of neighbouring channels is in different sets of the cache.
 */
inline int64_t tile_pitch(int64_t tiles) { return ((tiles + kLanes - 1 + 15) / 16 | 1) * 16; }

/**
 * Floats from the values at one point to those at the next. The transforms touch all points of a tile in turn, which a
 * multiple of a page would put into few sets of the cache.
 */
inline int64_t point_stride(int64_t channels, int64_t pitch) {
  const int64_t line = 16;
  return (channels * pitch + line - 1) / line * line + line;
}

/** Rows of tiles of an image. */
struct TileRows {
  int64_t image, first, count;
};

/** Calls `function(rows, tile)` for the rows of each image among `count` rows of tiles of all images from `first` on. */
template <class Function>
void each_image(const WinogradTiles& tiles, int64_t first, int64_t count, Function function) {
  for (int64_t done = 0; done < count;) {
    const int64_t row = (first + done) % tiles.tiles_h;
    const TileRows rows = {(first + done) / tiles.tiles_h, row, std::min(count - done, tiles.tiles_h - row)};
    function(rows, done * tiles.tiles_w);
    done += rows.count;
  }
}

/** Copies a row too short for a call. */
inline void copy_row(const float* from, int64_t count, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, load(from + i));
  if (i < count) store_some(to + i, load_some(from + i, count - i), count - i);
}

/**
 * Splits `count` floats by parity into `even` and `odd`. Whole vectors are written, and what `from` has beyond its end
 * is read up to two vectors.
 */
inline void split_row(const float* from, int64_t count, float* even, float* odd) {
  for (int64_t i = 0; i < count; i += 2 * kLanes, even += kLanes, odd += kLanes) {
    const Floats low = load(from + i);
    const Floats high = load(from + i + kLanes);
    store(even, even_lanes(low, high));
    store(odd, odd_lanes(low, high));
  }
}

}  // namespace camada
