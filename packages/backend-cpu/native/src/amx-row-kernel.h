// Rows of the input's gradient on AMX: a tile of positions by channels, to which every tap adds the product of the
// positions that it reaches and its weights.
#pragma once
#include "amx-kernel.h"
#include "convolution-shape.h"
#include "row-kernel.h"

namespace camada {

/** Whole rows from pieces that fit into the registers. */
template <class Arithmetic>
struct VectorRowKernel {
  void operator()(const ConvolutionShape& s, const Parts& pieces, RowProduct row) const {
    for (int64_t piece = 0; piece < pieces.parts; piece++) {
      row.first = pieces.begin(piece);
      compute_row<Arithmetic>(s.kw, pieces.size(piece), row);
    }
  }
};

template <class Arithmetic>
struct RowKernel {
  using Type = VectorRowKernel<Arithmetic>;
};

#if CAMADA_HAS_BFLOAT16

/** Computes rows on one thread; the tiles are released when it goes. */
template <class Tiles>
class AmxRowKernel {
 public:
  ~AmxRowKernel() {
    if (rows_ > 0) Tiles::release();
  }

  /** `row.taps[i].dz` is `[position][channel]` with as many zeros in front as the kernel is wide, but one. */
  void operator()(const ConvolutionShape& s, const Parts&, const RowProduct& row) {
    const int64_t reached = s.ow + s.kw - 1;
    const int64_t tiles = (reached + kAmxTile - 1) / kAmxTile;
    const int64_t rows = (reached + tiles - 1) / tiles;
    configure(rows);
    for (int64_t first = 0; first < tiles; first += 4) {
      const int64_t count = std::min<int64_t>(4, tiles - first);
      RowProduct part = row;
      part.first = first * rows;
      if (count == 1) run<1>(s.kw, part);
      if (count == 2) run<2>(s.kw, part);
      if (count == 3) run<3>(s.kw, part);
      if (count == 4) run<4>(s.kw, part);
    }
  }

 private:
  void configure(int64_t rows) {
    if (rows == rows_) return;
    rows_ = rows;
    TileConfig config;
    for (const int tile : {0, 1, 2, 3, 4, 5}) config.set(tile, rows, 64);
    config.set(6, kAmxSteps, 64);
    Tiles::configure(config);
  }

  template <int kTiles>
  void run(int64_t width, const RowProduct& row) const {
    // One tile of sums after another, in tiles 0 to 3.
    Tiles::template zero<0>();
    if constexpr (kTiles > 1) Tiles::template zero<1>();
    if constexpr (kTiles > 2) Tiles::template zero<2>();
    if constexpr (kTiles > 3) Tiles::template zero<3>();
    const int64_t words = row.channels;
    const int64_t step = rows_ * words;
    for (int64_t tap = 0; tap < row.tap_count; tap++) {
      for (int64_t k = 0; k < width; k++) {
        const float* dz = row.taps[tap].dz + (row.first + width - 1 - k) * words;
        const float* weight = row.taps[tap].weight + k * kLanes;
        for (int64_t word = 0; word < words; word += kAmxSteps, dz += kAmxSteps, weight += kAmxSteps * width * kLanes) {
          Tiles::template load<6>(weight, width * kLanes * 4);
          add<0, 4>(dz, words);
          if constexpr (kTiles > 1) add<1, 5>(dz + step, words);
          if constexpr (kTiles > 2) add<2, 4>(dz + 2 * step, words);
          if constexpr (kTiles > 3) add<3, 5>(dz + 3 * step, words);
        }
      }
    }
    float* out = row.out + row.first * kLanes;
    Tiles::template store<0>(out, kLanes * 4);
    if constexpr (kTiles > 1) Tiles::template store<1>(out + rows_ * kLanes, kLanes * 4);
    if constexpr (kTiles > 2) Tiles::template store<2>(out + 2 * rows_ * kLanes, kLanes * 4);
    if constexpr (kTiles > 3) Tiles::template store<3>(out + 3 * rows_ * kLanes, kLanes * 4);
  }

  template <int kSum, int kOperand>
  static void add(const float* dz, int64_t words) {
    Tiles::template load<kOperand>(dz, words * 4);
    Tiles::template dot<kSum, kOperand, 6>();
  }

  /** Positions of a tile. */
  int64_t rows_ = 0;
};

template <class Tiles>
struct RowKernel<AmxArithmetic<Tiles>> {
  using Type = AmxRowKernel<Tiles>;
};

#endif

}  // namespace camada
