#include "buffer-pool.h"
#include "channel-lanes.h"
#include "parallel.h"
#include "transpose.h"
#include "winograd-gradient.h"
#include "winograd-transform.h"
#include "winograd.h"

namespace camada {
namespace {

constexpr int64_t kEnoughChunks = 32;
/** Sums of all groups of images together. */
constexpr int64_t kMostPartialBytes = 48ll << 20;
constexpr int64_t kMostOutChannels = 128;
/** Four corners of the tiles of a block are to stay in the first-level cache, for a vector of channels. */
constexpr int64_t kCornerBytes = 24 << 10;

/** A chunk is a group of images and a stretch of output channels; it takes its tiles block by block. */
struct Plan {
  Parts out_parts;
  Parts image_groups;
  /** Channels in whole vectors: inputs, and outputs of the largest part. */
  int64_t ins, outs;
  /** Floats from the sums at one point to those at the next: points at a power of two would share a few sets of the caches. */
  int64_t sums_stride;
  /** Rows of tiles of a block, and their tiles. */
  int64_t block_rows;
  int64_t most_tiles;
  /** Floats from the inputs at one point to those at the next. */
  int64_t inputs_stride;

  Plan(const ConvolutionShape& s, const WinogradTiles& tiles)
      : out_parts(s.out_channels, kMostOutChannels), image_groups(s.n, 1) {
    ins = round_up(s.in_channels, kLanes);
    outs = round_up(out_parts.size(0), kLanes);
    sums_stride = s.in_channels * outs + kLanes;
    const int64_t outputs = s.groups * out_parts.parts;
    const int64_t sum_bytes = 4 * tiles.points * tiles.points * outputs * s.in_channels * outs;
    const int64_t wanted = std::min((kEnoughChunks + outputs - 1) / outputs, kMostPartialBytes / sum_bytes);
    const int64_t groups = std::clamp<int64_t>(wanted, 1, s.n);
    image_groups = Parts(s.n, (s.n + groups - 1) / groups);
    const int64_t row_bytes = 4 * 4 * kLanes * tiles.tiles_w;
    block_rows = std::clamp<int64_t>(kCornerBytes / row_bytes, 1, image_groups.size(0) * tiles.tiles_h);
    most_tiles = block_rows * tiles.tiles_w;
    inputs_stride = point_stride(ins, most_tiles);
  }

  int64_t corner_stride() const { return most_tiles * kLanes; }
};

struct Chunk {
  int64_t group;
  int64_t first_out, outs;
  /** Inputs at the points, `[point, tile, channel]`. */
  float* v;
  /** Gradients of the tiles' corners, `[vector of channels, corner, tile, channel]`. */
  float* corners;
  /** `[point, vector of output channels, input channel, output channel]` */
  float* sums;
  /** What is likely to be read next. */
  AheadGradient* ahead;
};

/** A block of inputs with a channel in every lane. */
LaneBlock input_block(const ConvolutionShape& s, const WinogradTiles& tiles, int64_t rows) {
  return {{s.h, 2 * tiles.tiles_h, s.kh, 1, s.ph, 1}, {s.w, 2 * tiles.tiles_w, s.kw, 1, s.pw, 1}, 2 * rows};
}

/** Inputs at the points, for one vector of channels. `v` is the first tile's first channel. */
template <int kTaps>
void transform_block(const Plan& plan, const WinogradTiles& tiles, const float* block, int64_t columns, int64_t rows,
                     float* v) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  for (int64_t row = 0; row < rows; row++) {
    for (int64_t t = 0; t < tiles.tiles_w; t++, v += plan.ins) {
      const float* from = block + (2 * row * columns + 2 * t) * kLanes;
      transform_square<Floats, kPoints, kPoints>(
          Transform::input, [&](int i, int j) { return load(from + (i * columns + j) * kLanes); },
          [&](int i, int j, Floats value) { store(v + (i * kPoints + j) * plan.inputs_stride, value); });
    }
  }
}

/** Brings `channels` channels of corners, `[channel, corner, pitch]`, into the lanes. */
void turn_corners(const Plan& plan, const float* from, int64_t pitch, int64_t channels, int64_t tiles, float* to) {
  for (int64_t corner = 0; corner < 4; corner++, from += pitch, to += plan.corner_stride()) {
    for (int64_t t = 0; t < tiles; t += kLanes) {
      Floats square[kLanes];
#pragma GCC unroll 16
      for (int64_t i = 0; i < kLanes; i++) square[i] = i < channels ? load(from + i * 4 * pitch + t) : Floats{};
      transpose(square);
      const int64_t count = std::min(kLanes, tiles - t);
#pragma GCC unroll 16
      for (int64_t i = 0; i < kLanes; i++) {
        if (i < count) store(to + (t + i) * kLanes, square[i]);
      }
    }
  }
}

/** Adds the products of a block of tiles. */
template <int kTaps>
void add_products(const ConvolutionShape& s, const Plan& plan, const Chunk& c, int64_t tiles) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const Parts panels(s.in_channels, kGradientRows);
  for (int64_t out = 0; out < plan.outs; out += kLanes) {
    const float* corners = c.corners + out * 4 * plan.most_tiles;
    for (int point = 0; point < kPoints * kPoints; point++) {
      c.ahead->advance();
      float* sums = c.sums + point * plan.sums_stride + out * s.in_channels;
      for (int64_t panel = 0; panel < panels.parts; panel++) {
        const int64_t first = panels.begin(panel);
        compute_gradient_tile(panels.size(panel),
                              {tiles, c.v + point * plan.inputs_stride + first, plan.ins, corners, kLanes,
                               plan.corner_stride(), 2 * plan.corner_stride(),
                               Transform::kOutputGradient[point / kPoints], Transform::kOutputGradient[point % kPoints],
                               sums + first * kLanes, kLanes, true});
      }
    }
  }
}

/** The weight's gradient from its values at the points, summed over the groups of images in order. */
template <int kTaps>
void reduce(const ConvolutionShape& s, const Plan& plan, float* sums, float* dw) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const int64_t point = plan.sums_stride;
  const int64_t part = kPoints * kPoints * point;
  const int64_t group_size = s.groups * plan.out_parts.parts * part;
  const int64_t vectors = plan.outs / kLanes;
  parallel_for(s.groups * plan.out_parts.parts * vectors * s.in_channels, [&](int64_t index, int32_t) {
    const int64_t in = index % s.in_channels;
    const int64_t vector = index / s.in_channels % vectors;
    const int64_t out_part = index / s.in_channels / vectors % plan.out_parts.parts;
    const int64_t group = index / s.in_channels / vectors / plan.out_parts.parts;
    const float* from = sums + (group * plan.out_parts.parts + out_part) * part + (vector * s.in_channels + in) * kLanes;
    float totals[kPoints * kPoints][kLanes];
    for (int i = 0; i < kPoints * kPoints; i++) {
      Floats total = load(from + i * point);
      for (int64_t images = 1; images < plan.image_groups.parts; images++) {
        total += load(from + i * point + images * group_size);
      }
      store(totals[i], total);
    }
    const int64_t outs = std::min(kLanes, plan.out_parts.size(out_part) - vector * kLanes);
    for (int64_t lane = 0; lane < outs; lane++) {
      const int64_t out = group * s.out_channels + plan.out_parts.begin(out_part) + vector * kLanes + lane;
      float* to = dw + (out * s.in_channels + in) * s.taps;
      transform_square<double, kPoints, kTaps>(
          Transform::weight_gradient,
          [&](int i, int j) { return static_cast<double>(totals[i * kPoints + j][lane]); },
          [&](int i, int j, double value) { to[i * kTaps + j] = static_cast<float>(value); });
    }
  });
}

template <int kTaps>
Status weight_gradient(const ConvolutionShape& s, const float* x, const float* dy, const float* y, float* dw,
                       float* db) {
  constexpr int kPoints = WinogradTransform<kTaps>::kPoints;
  const WinogradTiles tiles(s, kPoints);
  const Plan plan(s, tiles);
  const int64_t outputs = s.groups * plan.out_parts.parts;
  const int64_t part_words = kPoints * kPoints * plan.sums_stride;
  const int64_t pitch = tile_pitch(plan.most_tiles);
  const int64_t v_words = kPoints * kPoints * plan.inputs_stride;
  const int64_t corner_words = 4 * plan.outs * plan.most_tiles;
  const int64_t turned_words = 4 * kLanes * pitch;
  const int64_t row_words = std::max(gradient_scratch_size(s, plan.block_rows), input_block(s, tiles, plan.block_rows).size());
  const int64_t thread_words = v_words + corner_words + turned_words + row_words;
  Scratch<float> sums(plan.image_groups.parts * outputs * part_words);
  Scratch<float> bias_sums(plan.image_groups.parts * s.c_out);
  Scratch<float> scratch(thread_count() * thread_words);
  if (sums.get() == nullptr || bias_sums.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  parallel_for(plan.image_groups.parts * outputs, [&](int64_t index, int32_t thread) {
    const int64_t out_part = index % plan.out_parts.parts;
    const int64_t group = index / plan.out_parts.parts % s.groups;
    const int64_t images = index / outputs;
    float* v = scratch.get() + thread * thread_words;
    float* turned = v + v_words + corner_words;
    float* row = turned + turned_words;
    AheadGradient ahead;
    const Chunk c = {group,
                     plan.out_parts.begin(out_part),
                     plan.out_parts.size(out_part),
                     v,
                     v + v_words,
                     sums.get() + index * part_words,
                     &ahead};
    float* bias = bias_sums.get() + images * s.c_out + group * s.out_channels + c.first_out;
    std::fill_n(c.sums, part_words, 0.0f);
    std::fill_n(bias, c.outs, 0.0f);
    const int64_t last = (plan.image_groups.begin(images) + plan.image_groups.size(images)) * tiles.tiles_h;
    for (int64_t first = plan.image_groups.begin(images) * tiles.tiles_h; first < last; first += plan.block_rows) {
      const int64_t rows = std::min(plan.block_rows, last - first);
      const int64_t count = rows * tiles.tiles_w;
      each_image(tiles, first, rows, [&](TileRows own, int64_t tile) {
        const LaneBlock block = input_block(s, tiles, own.count);
        for (int64_t channel = 0; channel < s.in_channels; channel += kLanes) {
          const int64_t in = group * s.in_channels + channel;
          block.pack(x + (own.image * s.c_in + in) * s.plane, ImageLayout::channels_first(s.plane),
                     std::min(kLanes, s.in_channels - channel), 2 * own.first, 2 * own.count, row);
          transform_block<kTaps>(plan, tiles, row, block.columns, own.count, c.v + tile * plan.ins + channel);
        }
      });
      for (int64_t channel = 0; channel < c.outs; channel++) {
        float* corners = turned + channel % kLanes * 4 * pitch;
        each_image(tiles, first, rows, [&](TileRows own, int64_t tile) {
          const int64_t plane = (own.image * s.c_out + group * s.out_channels + c.first_out + channel) * s.positions;
          split_gradient(s, tiles, dy + plane, y == nullptr ? y : y + plane, own.first, own.count, row, pitch,
                         corners + tile);
        });
        if (db != nullptr) {
          for (int64_t corner = 0; corner < 4; corner++) bias[channel] += sum_of(corners + corner * pitch, count);
        }
        if (channel % kLanes < kLanes - 1 && channel < c.outs - 1) continue;
        turn_corners(plan, turned, pitch, channel % kLanes + 1, count,
                     c.corners + channel / kLanes * kLanes * 4 * plan.most_tiles);
      }
      if (first + rows < last) {
        const int64_t image = (first + rows) / tiles.tiles_h;
        const int64_t row_begin = 2 * ((first + rows) % tiles.tiles_h) * s.ow;
        const int64_t channel = image * s.c_out + group * s.out_channels + c.first_out;
        ahead = AheadGradient(dy, y, channel * s.positions + row_begin,
                              std::min(2 * rows * s.ow, s.positions - row_begin), c.outs, s.positions,
                              kPoints * kPoints * plan.outs / kLanes);
      }
      add_products<kTaps>(s, plan, c, count);
    }
  });
  reduce<kTaps>(s, plan, sums.get(), dw);
  if (db == nullptr) return kOk;
  for (int64_t channel = 0; channel < s.c_out; channel++) {
    float sum = 0;
    for (int64_t images = 0; images < plan.image_groups.parts; images++) {
      sum += bias_sums.get()[images * s.c_out + channel];
    }
    db[channel] = sum;
  }
  return kOk;
}

}  // namespace

Status winograd_weight_gradient(const ConvolutionShape& s, const float* x, const float* dy, const float* y, float* dw,
                                float* db) {
  return s.kh == 3 ? weight_gradient<3>(s, x, dy, y, dw, db) : weight_gradient<5>(s, x, dy, y, dw, db);
}

}  // namespace camada
