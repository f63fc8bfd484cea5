#include "convolution.h"

#include "buffer-pool.h"
#include "parallel.h"
#include "patch-pack.h"
#include "product-plan.h"

namespace camada {
namespace {

/** `packed`: for every pass and row panel, `[step][row]`. */
template <class Arithmetic>
void pack_weight(const ConvolutionShape& s, const ProductPlan& plan, WeightView weight, int64_t steps, float* packed) {
  const int64_t words = s.taps == 0 ? 1 : steps / s.taps;
  parallel_for(s.groups * plan.row_panels.parts, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.row_panels.parts;
    const int64_t panel = chunk % plan.row_panels.parts;
    const int64_t first = plan.row_panels.begin(panel);
    const int64_t rows = plan.row_panels.size(panel);
    const float* source = weight.data + group * weight.group_stride + first * weight.out_stride;
    for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
      const int64_t begin = plan.passes.begin(pass);
      const int64_t count = plan.passes.size(pass);
      float* to = packed + group * s.out_channels * steps + begin * s.out_channels + first * count;
      for (int64_t step = begin; step < begin + count; step++) {
        const int64_t tap = step / words;
        const int64_t channel = (step - tap * words) * Arithmetic::kValuesPerWord;
        const float* from = source + channel * weight.in_stride + tap;
        const bool has_second = channel + 1 < s.in_channels;
        for (int64_t row = 0; row < rows; row++, from += weight.out_stride) {
          *to++ = Arithmetic::word(*from, has_second ? from[weight.in_stride] : 0.0f);
        }
      }
    }
  });
}

/** Writes finished tiles to `y`, activated. */
struct OutputSink {
  const ConvolutionShape& s;
  float* y;
  int64_t first_channel;

  float* at(int64_t image, int64_t row) const {
    return y + (image * s.c_out + first_channel + row) * s.positions;
  }

  void begin_tile() const {}

  float* place(const TileRange& range, int64_t* stride) const {
    const int64_t image = range.column / s.positions;
    const int64_t inside = range.column - image * s.positions;
    if (inside + range.columns > s.positions) return nullptr;
    *stride = s.positions;
    return at(image, range.row) + inside;
  }

  void finish(const TileRange& range, float* tile, int64_t stride, bool placed) const {
    if (s.activation != Activation::kLinear) {
      for (int64_t r = 0; r < range.rows; r++) activate(s.activation, tile + r * stride, range.columns);
    }
    if (placed) return;
    for (int64_t column = 0; column < range.columns;) {
      const int64_t image = (range.column + column) / s.positions;
      const int64_t inside = range.column + column - image * s.positions;
      const int64_t length = std::min(s.positions - inside, range.columns - column);
      for (int64_t r = 0; r < range.rows; r++) {
        float* to = at(image, range.row + r) + inside;
        for (int64_t i = 0; i < length; i++) to[i] = tile[r * stride + column + i];
      }
      column += length;
    }
  }
};

}  // namespace

template <class Arithmetic>
Status convolve(const ConvolutionShape& s, const float* x, WeightView weight, const float* bias, float* y) {
  if (s.is_empty()) return kOk;
  const PatchSteps<Arithmetic> patch(s);
  const int64_t steps = patch.count;
  const ProductPlan plan(s.out_channels, s.n * s.positions, steps, s.groups);
  const int64_t thread_words = plan.block_words() + plan.partial_words();
  Scratch<float> packed(s.c_out * steps);
  Scratch<float> scratch(thread_count() * thread_words);
  Scratch<int64_t> offsets(steps);
  if (packed.get() == nullptr || scratch.get() == nullptr || offsets.get() == nullptr) return kOutOfMemory;
  patch.write_offsets(s, offsets.get());
  pack_weight<Arithmetic>(s, plan, weight, steps, packed.get());
  const int64_t chunks = s.groups * plan.column_chunks * plan.row_chunks;
  parallel_for(chunks, [&](int64_t chunk, int32_t thread) {
    const int64_t row_chunk = chunk % plan.row_chunks;
    const int64_t column_chunk = chunk / plan.row_chunks % plan.column_chunks;
    const int64_t group = chunk / plan.row_chunks / plan.column_chunks;
    float* block = scratch.get() + thread * thread_words;
    const int64_t first_column = column_chunk * plan.block_columns();
    const int64_t columns = plan.chunk_columns(column_chunk);
    PatchPacker<Arithmetic> packer(s, x, group * s.in_channels, offsets.get());
    OutputSink sink = {s, y, group * s.out_channels};
    for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
      const int64_t begin = plan.passes.begin(pass);
      const int64_t count = plan.passes.size(pass);
      for (int64_t column = 0; column < columns; column += kTileColumns) {
        packer.select(first_column + column, std::min(kTileColumns, columns - column));
        packer.pack(begin, begin + count, block + column * count);
      }
      run_block_product<Arithmetic>(
          {plan.row_panels, plan.first_panel(row_chunk), plan.first_panel(row_chunk + 1), first_column, columns, count,
           packed.get() + group * s.out_channels * steps + begin * s.out_channels, block,
           bias == nullptr ? nullptr : bias + group * s.out_channels, block + plan.block_words(), plan.block_columns(), pass == 0,
           pass == plan.passes.parts - 1},
          sink);
    }
  });
  return kOk;
}

template Status convolve<Float32Arithmetic>(const ConvolutionShape&, const float*, WeightView, const float*, float*);

}  // namespace camada

/**
 * `y = act(weight * x + bias)`; `bias` may be null.
 *
 * `fields`: n, cIn, cOut, groups, d, h, w, od, oh, ow, kd, kh, kw, strides, zeros before the first element, dilations
 * (each for d, h, w), activation, precision.
 */
CAMADA_EXPORT int32_t camada_convolution(const double* fields, const float* x, const float* weight, const float* bias,
                                         float* y) {
  using namespace camada;
  ConvolutionShape s;
  if (!read_shape(fields, &s)) return kInvalid;
  const int64_t kernel = s.in_channels * s.taps;
  return convolve<Float32Arithmetic>(s, x, {weight, s.out_channels * kernel, kernel, s.taps}, bias, y);
}
