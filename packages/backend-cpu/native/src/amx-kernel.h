// A block of two by two tiles of AMX, as the innermost loop of packed products.
#pragma once
#include "amx-tiles.h"
#include "bfloat16-arithmetic.h"
#include "block-product.h"

namespace camada {

#if CAMADA_HAS_BFLOAT16

/** Pairs of one tile: sums are cut into so many steps. */
constexpr int64_t kAmxSteps = 16;
constexpr int64_t kAmxTile = 16;

/** Computes blocks on one thread; the tiles are released when it goes. */
template <class Tiles>
class AmxKernel {
 public:
  ~AmxKernel() {
    if (rows_ >= 0) Tiles::release();
  }

  /** `tile.a` is `[block of steps][row][step]`, `tile.b` is `[step][column]`; `tile.steps` is a multiple of a block. */
  void operator()(const TileRange& range, const Tile& tile) {
    configure(range.rows);
    const bool is_tall = range.rows > kAmxTile;
    const bool is_wide = range.vectors() > 1;
    if (is_tall && is_wide) return run<true, true>(range, tile);
    if (is_tall) return run<true, false>(range, tile);
    if (is_wide) return run<false, true>(range, tile);
    return run<false, false>(range, tile);
  }

 private:
  void configure(int64_t rows) {
    if (rows == rows_) return;
    rows_ = rows;
    const int64_t upper = std::min(rows, kAmxTile);
    const int64_t lower = std::max<int64_t>(rows - kAmxTile, 1);
    TileConfig config;
    for (const int tile : {0, 1, 4}) config.set(tile, upper, 64);
    for (const int tile : {2, 3, 5}) config.set(tile, lower, 64);
    for (const int tile : {6, 7}) config.set(tile, kAmxSteps, 64);
    Tiles::configure(config);
  }

  template <bool kTall, bool kWide>
  void run(const TileRange& range, const Tile& tile) {
    begin<kTall, kWide>(range, tile);
    const int64_t pitch = range.vectors() * kLanes;
    const float* a = tile.a;
    const float* b = tile.b;
    for (int64_t step = 0; step < tile.steps; step += kAmxSteps) {
      Tiles::template load<4>(a, 64);
      Tiles::template load<6>(b, pitch * 4);
      Tiles::template dot<0, 4, 6>();
      if constexpr (kWide) {
        Tiles::template load<7>(b + kAmxTile, pitch * 4);
        Tiles::template dot<1, 4, 7>();
      }
      if constexpr (kTall) {
        Tiles::template load<5>(a + kAmxTile * kAmxSteps, 64);
        Tiles::template dot<2, 5, 6>();
        if constexpr (kWide) Tiles::template dot<3, 5, 7>();
      }
      a += range.rows * kAmxSteps;
      b += pitch * kAmxSteps;
    }
    const int64_t stride = tile.out_stride * 4;
    float* lower = tile.out + kAmxTile * tile.out_stride;
    Tiles::template store<0>(tile.out, stride);
    if constexpr (kWide) Tiles::template store<1>(tile.out + kAmxTile, stride);
    if constexpr (kTall) Tiles::template store<2>(lower, stride);
    if constexpr (kTall && kWide) Tiles::template store<3>(lower + kAmxTile, stride);
  }

  template <bool kTall, bool kWide>
  void begin(const TileRange& range, const Tile& tile) {
    if (tile.start == nullptr && tile.bias == nullptr) {
      Tiles::template zero<0>();
      if constexpr (kWide) Tiles::template zero<1>();
      if constexpr (kTall) Tiles::template zero<2>();
      if constexpr (kTall && kWide) Tiles::template zero<3>();
      return;
    }
    if (tile.start != nullptr) return load_sums<kTall, kWide>(tile.start, tile.start_stride, kAmxTile);
    if (bias_ != tile.bias) spread_bias(range.rows, tile.bias);
    load_sums<kTall, kWide>(spread_, kAmxTile, 0);
  }

  /** The right tiles start `right` after the left ones. */
  template <bool kTall, bool kWide>
  static void load_sums(const float* from, int64_t row_stride, int64_t right) {
    const float* lower = from + kAmxTile * row_stride;
    Tiles::template load<0>(from, row_stride * 4);
    if constexpr (kWide) Tiles::template load<1>(from + right, row_stride * 4);
    if constexpr (kTall) Tiles::template load<2>(lower, row_stride * 4);
    if constexpr (kTall && kWide) Tiles::template load<3>(lower + right, row_stride * 4);
  }

  /** Tiles of one panel follow each other: its bias is spread out once. */
  void spread_bias(int64_t rows, const float* bias) {
    bias_ = bias;
    for (int64_t row = 0; row < rows; row++) store(spread_ + row * kAmxTile, splat(bias[row]));
  }

  /** Rows that the tiles are configured for. */
  int64_t rows_ = -1;
  /** Of the rows whose bias is spread out, or null. */
  const float* bias_ = nullptr;
  alignas(64) float spread_[2 * kAmxTile * kAmxTile];
};

/** Products of bfloat16 on AMX. */
template <class Tiles>
struct AmxArithmetic : Bfloat16Arithmetic {
  using Kernel = AmxKernel<Tiles>;
  static constexpr int64_t kStepGrain = kAmxSteps;
  static constexpr int64_t kRows = 2 * kAmxTile;
  static constexpr int64_t kColumns = 2 * kAmxTile;
  static constexpr bool kHasPatchKernel = false;
  static constexpr bool kHasTiles = true;

  /** Where a word of a packed panel of rows stands. */
  static int64_t row_word(int64_t step, int64_t row, int64_t rows) {
    return step / kAmxSteps * rows * kAmxSteps + row * kAmxSteps + step % kAmxSteps;
  }
};

#endif

}  // namespace camada
