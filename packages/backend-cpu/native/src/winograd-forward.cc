#include "buffer-pool.h"
#include "parallel.h"
#include "winograd-input.h"
#include "winograd-tile.h"
#include "winograd-weight.h"
#include "winograd.h"

namespace camada {
namespace {

/** Transformed inputs of a chunk are to stay in the second-level cache. */
constexpr int64_t kBlockBytes = 448 << 10;
/** Enough chunks that threads end at about the same time. */
constexpr int64_t kEnoughChunks = 32;
/** Fewer tiles leave lanes idle, and read the weight for little. */
constexpr int64_t kFewestTiles = 2 * kTileColumns;

/** What all chunks share. */
struct Work {
  const ConvolutionShape& s;
  const WinogradTiles& tiles;
  const WinogradWeightLayout& layout;
  const float* u;
  const float* bias;
  float* y;
};

/** Rows of tiles that a chunk takes, and its scratch space. */
struct Chunk {
  int64_t group;
  int64_t first_row, rows;
  int64_t pitch;
  const float* v;
  /** What becomes of a block's products along the rows of points: `[row of points, column of a tile, channel, tile]`. */
  float* halves;
};

/** A stretch of a row of outputs that the tiles of a block cover. */
struct Piece {
  /** Row of a tile, and the first of its outputs in the block. */
  int64_t row, from;
  /** Its place in `y` for the first channel. */
  int64_t to;
  int64_t length;
};

/** The rows that the tiles of a block of a chunk cover. */
struct Pieces {
  Piece pieces[2 * (kTileColumns + 1)];
  int64_t count = 0;

  Pieces(const Work& w, const Chunk& c, int64_t first_tile, int64_t tiles) {
    const ConvolutionShape& s = w.s;
    for (int64_t done = 0; done < tiles;) {
      const int64_t tile_row = c.first_row + (first_tile + done) / w.tiles.tiles_w;
      const int64_t column = (first_tile + done) % w.tiles.tiles_w;
      const int64_t own = std::min(tiles - done, w.tiles.tiles_w - column);
      for (int64_t row = 0; row < 2; row++) {
        const int64_t oh = 2 * (tile_row % w.tiles.tiles_h) + row;
        if (oh >= s.oh) continue;
        const int64_t image = tile_row / w.tiles.tiles_h;
        pieces[count++] = {row, 2 * done, (image * s.c_out + c.group * s.out_channels) * s.positions + oh * s.ow + 2 * column,
                           std::min(2 * own, s.ow - 2 * column)};
      }
      done += own;
    }
  }

  /** Fetches the memory of a channel that is about to be written. */
  void prefetch(float* y) const {
    for (int64_t i = 0; i < count; i++) {
      for (int64_t at = 0; at < pieces[i].length; at += 16) __builtin_prefetch(y + pieces[i].to + at, 1, 3);
    }
  }
};

/** The products of one row of points for all channels, transformed along it. */
template <int kTaps>
void multiply_row(const Work& w, const Chunk& c, int row, int64_t column, int64_t vectors) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const int64_t steps = w.s.in_channels;
  const int64_t channels = w.s.out_channels;
  alignas(64) float products[kPoints][kTileRows][kTileColumns];
  for (int64_t panel = 0; panel < w.layout.panels.parts; panel++) {
    const int64_t first = w.layout.panels.begin(panel);
    const int64_t rows = w.layout.panels.size(panel);
    for (int j = 0; j < kPoints; j++) {
      const int64_t point = row * kPoints + j;
      compute_winograd_tile(rows, vectors,
                            {steps, w.u + w.layout.at(c.group, point, panel),
                             c.v + point * point_stride(steps, c.pitch) + column, c.pitch, products[j][0],
                             kTileColumns});
    }
    float* left = c.halves + (row * 2 * channels + first) * kTileColumns;
    float* right = left + channels * kTileColumns;
    for (int64_t r = 0; r < rows; r++) {
      for (int64_t lane = 0; lane < vectors * kLanes; lane += kLanes) {
        Floats values[kPoints], sums[2];
#pragma GCC unroll 6
        for (int j = 0; j < kPoints; j++) values[j] = load(&products[j][r][lane]);
        Transform::output(values, sums);
        store(left + r * kTileColumns + lane, sums[0]);
        store(right + r * kTileColumns + lane, sums[1]);
      }
    }
  }
}

/** The outputs of a block, from its products along the rows of points. */
template <int kTaps>
void write_block(const Work& w, const Chunk& c, const Pieces& pieces, int64_t vectors) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  /** Channels between asking for memory and writing it. */
  constexpr int64_t kAhead = 3;
  const int64_t channels = w.s.out_channels;
  const int64_t step = channels * kTileColumns;
  alignas(64) float outputs[2][2 * kTileColumns];
  for (int64_t channel = 0; channel < channels; channel++) {
    if (channel + kAhead < channels) pieces.prefetch(w.y + (channel + kAhead) * w.s.positions);
    const Floats bias = splat(w.bias == nullptr ? 0.0f : w.bias[c.group * channels + channel]);
    const float* from = c.halves + channel * kTileColumns;
    for (int64_t lane = 0; lane < vectors * kLanes; lane += kLanes) {
      Floats left[2], right[2], values[kPoints];
#pragma GCC unroll 6
      for (int i = 0; i < kPoints; i++) values[i] = load(from + 2 * i * step + lane);
      Transform::output(values, left);
#pragma GCC unroll 6
      for (int i = 0; i < kPoints; i++) values[i] = load(from + (2 * i + 1) * step + lane);
      Transform::output(values, right);
#pragma GCC unroll 2
      for (int a = 0; a < 2; a++) {
        store(&outputs[a][2 * lane], interleave_low(left[a], right[a]) + bias);
        store(&outputs[a][2 * lane + kLanes], interleave_high(left[a], right[a]) + bias);
      }
    }
    activate(w.s.activation, outputs[0], 2 * vectors * kLanes);
    activate(w.s.activation, outputs[1], 2 * vectors * kLanes);
    float* y = w.y + channel * w.s.positions;
    for (int64_t i = 0; i < pieces.count; i++) {
      const Piece& piece = pieces.pieces[i];
      copy_row(&outputs[piece.row][piece.from], piece.length, y + piece.to);
    }
  }
}

template <int kTaps>
Status forward(const ConvolutionShape& s, const float* x, const float* weight, const float* bias, float* y) {
  constexpr int64_t kPoints = WinogradTransform<kTaps>::kPoints;
  const WinogradTiles tiles(s, kPoints);
  const int64_t row_bytes = kPoints * kPoints * s.in_channels * tiles.tiles_w * 4;
  const int64_t most_rows = std::min(kBlockBytes / row_bytes, s.groups * tiles.rows / kEnoughChunks);
  const int64_t fewest_rows = (kFewestTiles + tiles.tiles_w - 1) / tiles.tiles_w;
  const Parts row_parts(tiles.rows, std::max(most_rows, fewest_rows));
  const WinogradWeightLayout layout(s, kPoints, WinogradWeight::kRowsAreOutputs, kTileRows);
  const int64_t pitch = tile_pitch(row_parts.size(0) * tiles.tiles_w);
  const int64_t v_words = kPoints * kPoints * point_stride(s.in_channels, pitch);
  const int64_t split_words = winograd_split_size(tiles, row_parts.size(0));
  const int64_t half_words = 2 * kPoints * s.out_channels * kTileColumns;
  const int64_t thread_words = v_words + std::max(split_words, half_words);
  Scratch<float> u(layout.size(s.groups));
  Scratch<float> scratch(thread_count() * thread_words);
  if (u.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  transform_weight<kTaps>(s, WinogradWeight::kRowsAreOutputs, layout, weight, u.get());
  const Work work = {s, tiles, layout, u.get(), bias, y};
  parallel_for(s.groups * row_parts.parts, [&](int64_t index, int32_t thread) {
    float* v = scratch.get() + thread * thread_words;
    const int64_t part = index % row_parts.parts;
    const Chunk chunk = {index / row_parts.parts, row_parts.begin(part), row_parts.size(part), pitch, v, v + v_words};
    transform_inputs<kTaps>(s, tiles, x, chunk.group * s.in_channels, s.in_channels, chunk.first_row, chunk.rows,
                            v + v_words, pitch, v);
    const int64_t count = chunk.rows * tiles.tiles_w;
    const Parts blocks((count + kLanes - 1) / kLanes, kTileVectors);
    for (int64_t block = 0; block < blocks.parts; block++) {
      const int64_t column = blocks.begin(block) * kLanes;
      const int64_t vectors = blocks.size(block);
      for (int row = 0; row < kPoints; row++) multiply_row<kTaps>(work, chunk, row, column, vectors);
      write_block<kTaps>(work, chunk, Pieces(work, chunk, column, std::min(vectors * kLanes, count - column)), vectors);
    }
  });
  return kOk;
}

}  // namespace

Status winograd_forward(const ConvolutionShape& s, const float* x, const float* weight, const float* bias, float* y) {
  return s.kh == 3 ? forward<3>(s, x, weight, bias, y) : forward<5>(s, x, weight, bias, y);
}

}  // namespace camada
