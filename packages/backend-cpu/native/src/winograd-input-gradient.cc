#include "buffer-pool.h"
#include "parallel.h"
#include "winograd-gradient.h"
#include "winograd-transform.h"
#include "winograd-weight.h"
#include "winograd.h"

namespace camada {
namespace {

/** What a chunk keeps is to stay in the second-level cache. */
constexpr int64_t kBlockBytes = 640 << 10;
/** Enough chunks that threads end at about the same time. */
constexpr int64_t kEnoughChunks = 32;
/** Fewer tiles leave lanes idle, and read the weight for little. */
constexpr int64_t kFewestTiles = 4 * kLanes;

/**
 * A chunk is a group of whole images, or a band of one: pairs of rows of the padded input, and all tiles that reach them,
 * so that no chunk adds to another's rows.
 */
struct Plan {
  Parts image_groups;
  /** Pairs of rows of the padded input. */
  Parts bands;
  /** Tiles of the largest chunk. */
  int64_t most_tiles;

  Plan(const ConvolutionShape& s, const WinogradTiles& tiles)
      : image_groups(s.n, 1), bands((s.h + s.ph + 1) / 2, (s.h + s.ph + 1) / 2), most_tiles(0) {
    const int64_t tile_bytes = 4 * (tiles.points * tiles.points * s.in_channels + 4 * s.out_channels);
    const int64_t image_tiles = tiles.tiles_h * tiles.tiles_w;
    const int64_t fitting = kBlockBytes / (tile_bytes * image_tiles);
    if (fitting >= 1) {
      const int64_t fewest = std::min((kFewestTiles + image_tiles - 1) / image_tiles, fitting);
      image_groups = Parts(s.n, std::clamp<int64_t>(s.groups * s.n / kEnoughChunks, fewest, fitting));
    } else {
      const int64_t rows = kBlockBytes / (tile_bytes * tiles.tiles_w) - tiles.overlap();
      // A band computes tiles above it a second time: narrow ones would do little else.
      bands = Parts(bands.count, std::max<int64_t>(rows, 4));
    }
    const int64_t rows = bands.parts == 1 ? tiles.tiles_h : std::min(bands.size(0) + tiles.overlap(), tiles.tiles_h);
    most_tiles = image_groups.size(0) * rows * tiles.tiles_w;
  }
};

/** What all chunks share. */
struct Work {
  const ConvolutionShape& s;
  const WinogradTiles& tiles;
  const WinogradWeightLayout& layout;
  const float* u;
  float* dx;
};

struct Chunk {
  int64_t group;
  int64_t first_image, images;
  /** Of every image. */
  int64_t first_row, rows;
  int64_t pitch;
  /** Gradients of the tiles' corners, `[corner, channel, tile]`. */
  const float* corners;
  /** Gradients of the tiles' inputs, `[point, channel, tile]`. */
  float* inputs;
  /** What this thread is likely to read next. */
  AheadGradient* ahead;

  int64_t count(const WinogradTiles& tiles) const { return images * rows * tiles.tiles_w; }
};

/** Products of so many steps at a time: their corners stay in the first-level cache. */
constexpr int64_t kMostSteps = 128;

/** The products of a vector of tiles from `column` on. */
template <int kTaps>
void multiply(const Work& w, const Chunk& c, int64_t column) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const int64_t channels = w.s.in_channels;
  const int64_t steps = w.s.out_channels;
  const int64_t stride = point_stride(channels, c.pitch);
  const Parts passes(steps, kMostSteps);
  for (int64_t pass = 0; pass < passes.parts; pass++) {
    const int64_t begin = passes.begin(pass);
    for (int point = 0; point < kPoints * kPoints; point++) {
      c.ahead->advance();
      for (int64_t panel = 0; panel < w.layout.panels.parts; panel++) {
        const int64_t first = w.layout.panels.begin(panel);
        const int64_t rows = w.layout.panels.size(panel);
        const float* u = w.u + w.layout.at(c.group, point, panel) + begin * rows;
        compute_gradient_tile(rows, {passes.size(pass), u, rows, c.corners + begin * c.pitch + column, c.pitch,
                                     steps * c.pitch, 2 * steps * c.pitch, Transform::kOutputGradient[point / kPoints],
                                     Transform::kOutputGradient[point % kPoints],
                                     c.inputs + point * stride + first * c.pitch + column, c.pitch, pass > 0});
      }
    }
  }
}

/** The gradients of all inputs of a vector of tiles, in place of the products. */
template <int kTaps>
void transform_products(const Work& w, const Chunk& c, int64_t column) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  const int64_t stride = point_stride(w.s.in_channels, c.pitch);
  for (int64_t channel = 0; channel < w.s.in_channels; channel++) {
    float* at = c.inputs + channel * c.pitch + column;
    // All are read before any is written.
    transform_square<Floats, kPoints, kPoints>(
        Transform::input_gradient, [&](int j, int i) { return load(at + (i * kPoints + j) * stride); },
        [&](int j, int i, Floats value) { store(at + (i * kPoints + j) * stride, value); });
  }
}

/** Floats of a row of inputs of one parity. */
int64_t half_size(const WinogradTiles& tiles) {
  return (tiles.tiles_w + tiles.overlap() + kLanes - 1) / kLanes * kLanes;
}

/** Zeros before the first tile, and after the last. */
constexpr int64_t kMargin = kLanes;

/** Floats of scratch space to gather rows. */
template <int kTaps>
int64_t gather_size(const ConvolutionShape& s, const WinogradTiles& tiles) {
  const int64_t half = half_size(tiles);
  return WinogradTransform<kTaps>::kPoints * (half + 2 * kMargin) + std::max(2 * half, s.pw + s.w) + kLanes;
}

/** Adds up what the tiles give to the rows `[first_h, last_h)` of one channel. `scratch` is zeros. */
template <int kTaps>
void gather_rows(const Work& w, const Chunk& c, int64_t image, int64_t channel, int64_t first_h, int64_t last_h,
                 float* scratch) {
  constexpr int kPoints = WinogradTransform<kTaps>::kPoints;
  const ConvolutionShape& s = w.s;
  const int64_t tiles_w = w.tiles.tiles_w;
  const int64_t half = half_size(w.tiles);
  const int64_t column_size = half + 2 * kMargin;
  const int64_t stride = point_stride(s.in_channels, c.pitch);
  const float* inputs = c.inputs + channel * c.pitch + image * c.rows * tiles_w;
  float* row = scratch + kPoints * column_size;
  float* dx = w.dx + ((c.first_image + image) * s.c_in + c.group * s.in_channels + channel) * s.plane;
  for (int64_t ih = first_h; ih < last_h; ih++) {
    const int64_t padded = ih + s.ph;
    // Of each column of a tile, the sum over the rows of tiles: `[column, tile]`.
    for (int64_t t = 0; t < tiles_w; t += kLanes) {
      Floats sums[kPoints] = {};
      for (int64_t i = padded % 2; i < kPoints; i += 2) {
        const int64_t tile_row = (padded - i) / 2 - c.first_row;
        if (padded < i || tile_row < 0 || tile_row >= c.rows) continue;
        const float* from = inputs + i * kPoints * stride + tile_row * tiles_w + t;
#pragma GCC unroll 6
        for (int j = 0; j < kPoints; j++) sums[j] += load(from + j * stride);
      }
      const LaneRange own = lanes_between(0, std::min(kLanes, tiles_w - t));
#pragma GCC unroll 6
      for (int j = 0; j < kPoints; j++) store(scratch + j * column_size + kMargin + t, keep_lanes(sums[j], own));
    }
    for (int64_t column = 0; column < half; column += kLanes) {
      const float* from = scratch + kMargin + column;
      Floats even = load(from);
      Floats odd = load(from + column_size);
#pragma GCC unroll 2
      for (int j = 2; j < kPoints; j += 2) {
        even += load(from + j * column_size - j / 2);
        odd += load(from + (j + 1) * column_size - j / 2);
      }
      store(row + 2 * column, interleave_low(even, odd));
      store(row + 2 * column + kLanes, interleave_high(even, odd));
    }
    copy_row(row + s.pw, s.w, dx + ih * s.w);
  }
}

template <int kTaps>
Status input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight, float* dx) {
  constexpr int64_t kPoints = WinogradTransform<kTaps>::kPoints;
  const WinogradTiles tiles(s, kPoints);
  const Plan plan(s, tiles);
  const WinogradWeightLayout layout(s, kPoints, WinogradWeight::kRowsAreInputs, kGradientRows);
  const int64_t pitch = tile_pitch(plan.most_tiles);
  const int64_t corner_words = 4 * s.out_channels * pitch;
  const int64_t input_words = kPoints * kPoints * point_stride(s.in_channels, pitch);
  const int64_t most_rows = plan.most_tiles / tiles.tiles_w / plan.image_groups.size(0);
  const int64_t row_words = std::max(gradient_scratch_size(s, most_rows), gather_size<kTaps>(s, tiles));
  const int64_t thread_words = corner_words + input_words + row_words;
  Scratch<float> u(layout.size(s.groups));
  Scratch<float> scratch(thread_count() * thread_words);
  if (u.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  transform_weight<kTaps>(s, WinogradWeight::kRowsAreInputs, layout, weight, u.get());
  const Work work = {s, tiles, layout, u.get(), dx};
  const int64_t per_group = plan.image_groups.parts * plan.bands.parts;
  parallel_for(s.groups * per_group, [&](int64_t index, int32_t thread) {
    const int64_t group = index / per_group;
    const int64_t images = index % per_group / plan.bands.parts;
    const int64_t band = index % plan.bands.parts;
    float* corners = scratch.get() + thread * thread_words;
    float* row = corners + corner_words + input_words;
    const int64_t first_pair = plan.bands.begin(band);
    const int64_t last_pair = first_pair + plan.bands.size(band);
    const int64_t first_row = std::clamp<int64_t>(first_pair - tiles.overlap(), 0, tiles.tiles_h);
    const int64_t last_row = std::clamp<int64_t>(last_pair, first_row, tiles.tiles_h);
    AheadGradient ahead;
    const int64_t next = (index + thread_count()) % per_group;
    const int64_t chunk_tiles = plan.image_groups.size(images) * (last_row - first_row) * tiles.tiles_w;
    if (plan.bands.parts == 1 && index + thread_count() < s.groups * per_group) {
      const int64_t next_group = (index + thread_count()) / per_group;
      const int64_t vectors = (chunk_tiles + kLanes - 1) / kLanes;
      const int64_t first_channel = plan.image_groups.begin(next) * s.c_out + next_group * s.out_channels;
      ahead = AheadGradient(dy, y, first_channel * s.positions, s.out_channels * s.positions,
                            plan.image_groups.size(next), s.c_out * s.positions, kPoints * kPoints * vectors);
    }
    const Chunk chunk = {group, plan.image_groups.begin(images), plan.image_groups.size(images), first_row,
                         last_row - first_row, pitch, corners, corners + corner_words, &ahead};
    for (int64_t image = 0; image < chunk.images; image++) {
      for (int64_t channel = 0; channel < s.out_channels; channel++) {
        const int64_t plane =
            ((chunk.first_image + image) * s.c_out + group * s.out_channels + channel) * s.positions;
        split_gradient(s, tiles, dy + plane, y == nullptr ? y : y + plane, first_row, chunk.rows, row,
                       s.out_channels * pitch, corners + channel * pitch + image * chunk.rows * tiles.tiles_w);
      }
    }
    for (int64_t column = 0; column < chunk.count(tiles); column += kLanes) {
      multiply<kTaps>(work, chunk, column);
      transform_products<kTaps>(work, chunk, column);
    }
    const int64_t first_h = std::clamp<int64_t>(2 * first_pair - s.ph, 0, s.h);
    const int64_t last_h = std::clamp<int64_t>(2 * last_pair - s.ph, first_h, s.h);
    std::fill_n(row, gather_size<kTaps>(s, tiles), 0.0f);
    for (int64_t image = 0; image < chunk.images; image++) {
      for (int64_t channel = 0; channel < s.in_channels; channel++) {
        gather_rows<kTaps>(work, chunk, image, channel, first_h, last_h, row);
      }
    }
  });
  return kOk;
}

}  // namespace

Status winograd_input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight,
                               float* dx) {
  return s.kh == 3 ? input_gradient<3>(s, dy, y, weight, dx) : input_gradient<5>(s, dy, y, weight, dx);
}

}  // namespace camada
