#include "convolution.h"

#include "arithmetic.h"
#include "buffer-pool.h"
#include "convolution-sink.h"
#include "matrix-pack.h"
#include "parallel.h"
#include "patch-kernel.h"
#include "patch-pack.h"
#include "product-plan.h"
#include "seen-positions.h"
#include "winograd.h"

namespace camada {
namespace {

/** `packed`: for every pass and row panel, `[step][row]`. */
template <class Arithmetic>
void pack_weight(const ConvolutionShape& s, const ProductPlan& plan, WeightView weight, const PatchSteps& steps,
                 float* packed) {
  // Few channels at a time: their kernels are neighbours, while steps go through the channels of one tap.
  constexpr int64_t kBlock = 32;
  if (plan.steps > steps.count) std::fill_n(packed, s.c_out * plan.steps, 0.0f);
  parallel_for(s.groups * plan.row_panels.parts, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.row_panels.parts;
    const int64_t panel = chunk % plan.row_panels.parts;
    const int64_t first = plan.row_panels.begin(panel);
    const int64_t rows = plan.row_panels.size(panel);
    const float* source = weight.data + group * weight.group_stride + first * weight.out_stride;
    for (int64_t block = 0; block < steps.tap_words; block += kBlock) {
      const int64_t words = std::min(kBlock, steps.tap_words - block);
      for (int64_t tap = 0; tap < s.taps; tap++) {
        int64_t pass = plan.passes.part_of(tap * steps.tap_words + block);
        for (int64_t word = block; word < block + words; word++) {
          const int64_t step = tap * steps.tap_words + word;
          if (step >= plan.passes.begin(pass) + plan.passes.size(pass)) pass++;
          const int64_t begin = plan.passes.begin(pass);
          float* to = packed + (group * plan.steps + begin) * s.out_channels + first * plan.passes.size(pass);
          const int64_t channel = word * Arithmetic::kValuesPerWord;
          const float* from = source + channel * weight.in_stride + tap;
          const bool has_second = channel + 1 < s.in_channels;
          for (int64_t row = 0; row < rows; row++, from += weight.out_stride) {
            to[Arithmetic::row_word(step - begin, row, rows)] =
                Arithmetic::word(*from, has_second ? from[weight.in_stride] : 0.0f);
          }
        }
      }
    }
  });
}

/** Memory of one thread for the columns that it works on. */
struct ThreadScratch {
  float* block;
  float* partial;
  PatchSegment* segments;
  PatchPiece* pieces;
};

/** What all chunks share. */
struct Work {
  const ConvolutionShape& s;
  const ProductPlan& plan;
  const PatchSteps& steps;
  const int64_t* offsets;
  const float* x;
  const float* packed;
  const float* bias;
  float* y;
};

/** One pass over a chunk, but for the operand of the columns. */
BlockProduct pass_of(const Work& w, int64_t chunk, int64_t pass, const ThreadScratch& scratch) {
  const int64_t row_chunk = chunk % w.plan.row_chunks;
  const int64_t column_chunk = chunk / w.plan.row_chunks % w.plan.column_chunks;
  const int64_t group = chunk / w.plan.row_chunks / w.plan.column_chunks;
  const int64_t begin = w.plan.passes.begin(pass);
  return {w.plan.row_panels,
          w.plan.first_panel(row_chunk),
          w.plan.first_panel(row_chunk + 1),
          column_chunk * w.plan.block_columns(),
          w.plan.chunk_columns(column_chunk),
          w.plan.tile_columns,
          w.plan.passes.size(pass),
          w.packed + (group * w.plan.steps + begin) * w.s.out_channels,
          scratch.block,
          w.bias == nullptr ? nullptr : w.bias + group * w.s.out_channels,
          scratch.partial,
          w.plan.block_columns(),
          pass == 0,
          pass == w.plan.passes.parts - 1};
}

bool is_in_one_image(const ConvolutionShape& s, const BlockProduct& product) {
  return product.first_column / s.positions == (product.first_column + product.columns - 1) / s.positions;
}

/** Channels of one image from a position on: what a kernel without neighbours sees. */
MatrixView pointwise_patch(const Work& w, int64_t group, int64_t first_column) {
  const int64_t image = first_column / w.s.positions;
  const int64_t channel = image * w.s.c_in + group * w.s.in_channels;
  return {w.x + channel * w.s.plane + first_column % w.s.positions, w.s.plane, 1};
}

/** Packs the columns of a chunk, pass by pass. */
template <class Arithmetic>
void run_packed(const Work& w, int64_t chunk, const ThreadScratch& scratch) {
  const int64_t group = chunk / w.plan.row_chunks / w.plan.column_chunks;
  OutputSink sink = {w.s, w.y, group * w.s.out_channels, Arithmetic::kHasTiles};
  if (w.s.is_pointwise()) {
    // Threads take chunks in turn, so this is likely to be the block that this thread packs next.
    const BlockProduct own = pass_of(w, chunk, 0, scratch);
    const int64_t next = own.first_column + thread_count() * w.plan.block_columns();
    if (next + own.columns <= w.plan.columns && w.plan.row_chunks == 1) {
      sink.ahead = {pointwise_patch(w, group, next).data, own.columns, w.s.in_channels, w.s.plane,
                    w.plan.row_panels.parts * w.plan.block_panels * w.plan.passes.parts};
    }
  }
  for (int64_t pass = 0; pass < w.plan.passes.parts; pass++) {
    const BlockProduct product = pass_of(w, chunk, pass, scratch);
    const int64_t begin = w.plan.passes.begin(pass);
    if (w.s.is_pointwise() && Arithmetic::kValuesPerWord == 1 && is_in_one_image(w.s, product)) {
      const MatrixView patch = pointwise_patch(w, group, product.first_column);
      pack_columns({patch.at(begin, 0), patch.row_stride, 1}, product.steps, product.columns, scratch.block);
      run_packed_product<Arithmetic>(product, sink);
      continue;
    }
    for (int64_t column = 0; column < product.columns; column += kLanes) {
      PatchVector vector(scratch.segments, scratch.pieces);
      vector.find(w.s, w.steps, group * w.s.in_channels, product.first_column + column,
                  std::min(kLanes, product.columns - column));
      const int64_t panel = column / Arithmetic::kColumns * Arithmetic::kColumns;
      const int64_t width = std::min(Arithmetic::kColumns, product.columns - panel);
      const int64_t pitch = (width + kLanes - 1) / kLanes * kLanes;
      float* to = scratch.block + panel * product.steps + column - panel;
      pack_patch<Arithmetic>(w.s, vector, w.offsets, w.x, begin, begin + product.steps, to, pitch);
      for (int64_t step = std::max(w.steps.count, begin); step < begin + product.steps; step++) {
        store(to + (step - begin) * pitch, Floats{});
      }
    }
    run_packed_product<Arithmetic>(product, sink);
  }
}

/** Reads the columns of a chunk where they stand. */
template <class Arithmetic>
void run_direct(const Work& w, int64_t chunk, const ThreadScratch& scratch) {
  const int64_t group = chunk / w.plan.row_chunks / w.plan.column_chunks;
  OutputSink sink = {w.s, w.y, group * w.s.out_channels};
  for (int64_t pass = 0; pass < w.plan.passes.parts; pass++) {
    const BlockProduct product = pass_of(w, chunk, pass, scratch);
    const int64_t begin = w.plan.passes.begin(pass);
    for (int64_t column = 0; column < product.columns; column += kLanes) {
      // Of a vector of positions, all tiles of rows in turn: what its windows see stays in the first-level cache.
      BlockProduct part = product;
      part.first_column += column;
      part.columns = std::min(kLanes, product.columns - column);
      part.partial += column;
      PatchVector vector(scratch.segments, scratch.pieces);
      vector.find(w.s, w.steps, group * w.s.in_channels, part.first_column, part.columns);
      auto compute = [&](const TileRange& range, const Tile& tile) {
        compute_patch<Arithmetic>(range.rows, {&w.s, &vector, w.offsets, w.x, begin, begin + product.steps, tile.a,
                                               tile.start, tile.start_stride, tile.bias, tile.out, tile.out_stride});
      };
      run_block_product(part, compute, sink);
    }
  }
}

/** Whether reading in place beats packing: it reads anew for every tile of rows, which costs more where positions lie apart. */
template <class Arithmetic>
bool reads_in_place(const ConvolutionShape& s) {
  if (s.is_pointwise() || !Arithmetic::kHasPatchKernel) return false;
  const int64_t most_tiles = s.sw == 1 ? 4 : 1;
  return s.out_channels <= most_tiles * kPatchRows;
}

}  // namespace

template <class Arithmetic>
Status convolve(const ConvolutionShape& s, const float* x, WeightView weight, const float* bias, float* y) {
  if (s.is_empty()) return kOk;
  const bool in_place = reads_in_place<Arithmetic>(s);
  const PatchSteps steps(s, Arithmetic::kValuesPerWord);
  const TileSizes sizes = in_place ? TileSizes{kPatchRows, kLanes, 1} : tile_sizes<Arithmetic>();
  const ProductPlan plan(s.out_channels, s.n * s.positions, steps.count, s.groups, sizes);
  const int64_t block_words = in_place ? 0 : plan.block_words();
  const int64_t thread_words = block_words + plan.partial_words();
  const int64_t segments = PatchVector::most_segments(s);
  const int64_t threads = thread_count();
  Scratch<float> packed(s.c_out * plan.steps);
  Scratch<float> scratch(threads * thread_words);
  Scratch<int64_t> offsets(steps.count);
  Scratch<PatchSegment> segment_scratch(threads * segments);
  Scratch<PatchPiece> piece_scratch(threads * segments * PatchVector::kMostPieces);
  if (packed.get() == nullptr || scratch.get() == nullptr || offsets.get() == nullptr ||
      segment_scratch.get() == nullptr || piece_scratch.get() == nullptr) {
    return kOutOfMemory;
  }
  steps.write_offsets(s, offsets.get());
  pack_weight<Arithmetic>(s, plan, weight, steps, packed.get());
  const Work work = {s, plan, steps, offsets.get(), x, packed.get(), bias, y};
  parallel_for(s.groups * plan.column_chunks * plan.row_chunks, [&](int64_t chunk, int32_t thread) {
    float* block = scratch.get() + thread * thread_words;
    const ThreadScratch own = {block, block + block_words, segment_scratch.get() + thread * segments,
                               piece_scratch.get() + thread * segments * PatchVector::kMostPieces};
    if constexpr (Arithmetic::kHasPatchKernel) {
      if (in_place) return run_direct<Arithmetic>(work, chunk, own);
    }
    run_packed<Arithmetic>(work, chunk, own);
  });
  return kOk;
}

template Status convolve<Float32Arithmetic>(const ConvolutionShape&, const float*, WeightView, const float*, float*);
#if CAMADA_HAS_BFLOAT16
template Status convolve<Bfloat16Arithmetic>(const ConvolutionShape&, const float*, WeightView, const float*, float*);
template Status convolve<AmxArithmetic<AmxTiles>>(const ConvolutionShape&, const float*, WeightView, const float*,
                                                  float*);
template Status convolve<AmxArithmetic<EmulatedTiles>>(const ConvolutionShape&, const float*, WeightView, const float*,
                                                       float*);
#endif

}  // namespace camada

/**
 * `y = act(weight * x + bias)`; `bias` may be null.
 *
 * `fields`: n, cIn, cOut, groups, d, h, w, od, oh, ow, kd, kh, kw, strides, zeros before the first element, dilations
 * (each for d, h, w), activation, arithmetic.
 */
CAMADA_EXPORT int32_t camada_convolution(const double* fields, const float* x, const float* weight, const float* bias,
                                         float* y) {
  using namespace camada;
  ConvolutionShape s;
  if (!read_shape(fields, &s)) return kInvalid;
  if (takes_winograd(s, WinogradPass::kForward)) return winograd_forward(s, x, weight, bias, y);
  const int64_t kernel = s.in_channels * s.taps;
  const WeightView view = {weight, s.out_channels * kernel, kernel, s.taps};
  const bool pays = s.in_channels >= kFewestPairedChannels;
  const bool fills_tiles = s.out_channels >= kAmxFewestRows && s.in_channels * s.taps >= kAmxFewestSteps;
  return with_arithmetic(pays ? s.arithmetic : ArithmeticCode::kFloat32, fills_tiles, [&]<class Arithmetic>() {
    if (!SeenPositions::pays(s)) return convolve<Arithmetic>(s, x, view, bias, y);
    const SeenPositions seen(s, x);
    return seen.has_memory() ? convolve<Arithmetic>(seen.shape(), seen.x(), view, bias, y) : kOutOfMemory;
  });
}
