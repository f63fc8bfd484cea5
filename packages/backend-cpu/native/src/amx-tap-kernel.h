// The weight's gradient on AMX: a tile of output channels by taps, to which the positions of a row add their products.
#pragma once
#include "amx-kernel.h"
#include "tap-kernel.h"

namespace camada {

/** Tiles of the weight's gradient in registers. */
template <class Arithmetic>
struct VectorTapKernel {
  static constexpr int64_t kMostVectors = kMostTapVectors;
  static int64_t most_rows(int64_t vectors) { return most_tap_rows(static_cast<int>(vectors)); }

  void operator()(int64_t rows, int64_t vectors, const TapProduct& product) const {
    compute_taps<Arithmetic>(rows, vectors, product);
  }
};

template <class Arithmetic>
struct TapKernel {
  using Type = VectorTapKernel<Arithmetic>;
};

#if CAMADA_HAS_BFLOAT16

/** How many words of a row one tile takes; 0 where rows cannot be cut into tiles of one size that are well filled. */
inline int64_t amx_row_words(int64_t columns) {
  const int64_t parts = (columns + kAmxSteps - 1) / kAmxSteps;
  const int64_t words = parts == 0 ? 0 : columns / parts;
  return words * parts == columns && words >= 4 ? words : 0;
}

/** Computes blocks on one thread; the tiles are released when it goes. */
template <class Tiles>
class AmxTapKernel {
 public:
  static constexpr int64_t kMostVectors = 2;
  static int64_t most_rows(int64_t) { return 2 * kAmxTile; }

  ~AmxTapKernel() {
    if (rows_ > 0) Tiles::release();
  }

  /** `product.columns` is a multiple of what `amx_row_words` gives for it. */
  void operator()(int64_t rows, int64_t vectors, const TapProduct& product) {
    configure(rows, amx_row_words(product.columns));
    const bool is_tall = rows > kAmxTile;
    if (is_tall && vectors > 1) return run<true, true>(product);
    if (is_tall) return run<true, false>(product);
    if (vectors > 1) return run<false, true>(product);
    return run<false, false>(product);
  }

 private:
  void configure(int64_t rows, int64_t words) {
    if (rows == rows_ && words == words_) return;
    rows_ = rows;
    words_ = words;
    const int64_t upper = std::min(rows, kAmxTile);
    const int64_t lower = std::max<int64_t>(rows - kAmxTile, 1);
    TileConfig config;
    for (const int tile : {0, 1}) config.set(tile, upper, 64);
    for (const int tile : {2, 3}) config.set(tile, lower, 64);
    config.set(4, upper, words * 4);
    config.set(5, lower, words * 4);
    for (const int tile : {6, 7}) config.set(tile, words, 64);
    Tiles::configure(config);
  }

  template <bool kTall, bool kWide>
  void run(const TapProduct& p) const {
    const int64_t out_stride = p.out_stride * 4;
    float* lower = p.out + kAmxTile * p.out_stride;
    Tiles::template load<0>(p.out, out_stride);
    if constexpr (kWide) Tiles::template load<1>(p.out + kAmxTile, out_stride);
    if constexpr (kTall) Tiles::template load<2>(lower, out_stride);
    if constexpr (kTall && kWide) Tiles::template load<3>(lower + kAmxTile, out_stride);
    const int64_t rows = p.images * p.depths * p.rows;
    for (int64_t i = 0; i < rows; i++) {
      const int64_t image = i / p.rows / p.depths;
      const int64_t depth = i / p.rows % p.depths;
      const int64_t row = i % p.rows;
      const float* dz = p.dz + image * p.dz_image + depth * p.dz_depth + row * p.dz_row;
      const float* x = p.x + image * p.x_image + depth * p.x_depth + row * p.x_row;
      for (int64_t column = 0; column < p.columns; column += words_) {
        add<kTall, kWide>(dz + column, p.dz_channel, x + column * p.x_column, p.x_column * 4);
      }
    }
    Tiles::template store<0>(p.out, out_stride);
    if constexpr (kWide) Tiles::template store<1>(p.out + kAmxTile, out_stride);
    if constexpr (kTall) Tiles::template store<2>(lower, out_stride);
    if constexpr (kTall && kWide) Tiles::template store<3>(lower + kAmxTile, out_stride);
  }

  template <bool kTall, bool kWide>
  static void add(const float* dz, int64_t dz_channel, const float* x, int64_t x_stride) {
    Tiles::template load<4>(dz, dz_channel * 4);
    Tiles::template load<6>(x, x_stride);
    Tiles::template dot<0, 4, 6>();
    if constexpr (kWide) {
      Tiles::template load<7>(x + kAmxTile, x_stride);
      Tiles::template dot<1, 4, 7>();
    }
    if constexpr (kTall) {
      Tiles::template load<5>(dz + kAmxTile * dz_channel, dz_channel * 4);
      Tiles::template dot<2, 5, 6>();
      if constexpr (kWide) Tiles::template dot<3, 5, 7>();
    }
  }

  int64_t rows_ = 0;
  /** Words of a row that a tile takes. */
  int64_t words_ = 0;
};

template <class Tiles>
struct TapKernel<AmxArithmetic<Tiles>> {
  using Type = AmxTapKernel<Tiles>;
};

#endif

}  // namespace camada
