#include "amx-tap-kernel.h"
#include "arithmetic.h"
#include "buffer-pool.h"
#include "channels-last.h"
#include "gradient-block.h"
#include "parallel.h"
#include "prefetch.h"
#include "seen-positions.h"
#include "status.h"
#include "weight-gradient-plan.h"
#include "winograd.h"

namespace camada {
namespace {

using Plan = WeightGradientPlan;
using Chunk = WeightGradientChunk;

constexpr int64_t kTail = kLanes;

/** What the next block of images reads. */
struct Ahead {
  Prefetch x, dy, y;

  Ahead(const ConvolutionShape& s, const Plan& plan, const Chunk& c, int64_t image, const float* x_, const float* dy_,
        const float* y_) {
    if (image >= s.n || plan.bands.parts > 1) return;
    const int64_t images = std::min(plan.block_images, s.n - image);
    if (images > 1 && (plan.in_parts.parts > 1 || plan.out_parts.parts > 1 || s.groups > 1)) return;
    const int64_t calls = plan.segments * ((c.outs + 7) / 8);
    const int64_t dy_offset = (image * s.c_out + c.group * s.out_channels + c.first_out) * s.positions;
    const int64_t dy_count = images * c.outs * s.positions;
    x = {x_ + (image * s.c_in + c.group * s.in_channels + c.first_in) * s.plane, images * c.ins * s.plane, 1, 0, calls};
    dy = {dy_ + dy_offset, dy_count, 1, 0, calls};
    if (s.activation != Activation::kLinear) y = {y_ + dy_offset, dy_count, 1, 0, calls};
  }

  void advance() {
    x.advance();
    dy.advance();
    y.advance();
  }
};

/** Adds what the positions of one block give to the chunk's sums, `[channel][segment][lane]`. */
template <class Arithmetic>
void add_products(const ConvolutionShape& s, const Plan& plan, const Chunk& c, const GradientBlock& block,
                  int64_t images, int64_t rows, const float* x, Ahead& ahead, float* sums) {
  const int64_t lanes = plan.segment_lanes(c.ins);
  const int64_t row_words = plan.row_words(c.ins);
  using Kernel = typename TapKernel<Arithmetic>::Type;
  Kernel kernel;
  const Parts vectors(lanes / kLanes, Kernel::kMostVectors);
  // Rows between which nothing lies are one long row.
  const bool is_gapless = Arithmetic::kValuesPerWord == 1 && plan.xw == s.ow && s.sw == 1 && s.sh == 1;
  const int64_t merged = is_gapless ? rows : 1;
  const int64_t kernel_columns = s.kw / plan.segment_taps;
  for (int64_t segment = 0; segment < plan.segments; segment++) {
    const int64_t kw = segment % kernel_columns;
    const int64_t kh = segment / kernel_columns % s.kh;
    const int64_t kd = segment / kernel_columns / s.kh;
    const float* tap = x + ((kd * s.dd * plan.xh + kh * s.dh) * plan.xw + kw * s.dw) * c.ins;
    for (int64_t v = 0; v < vectors.parts; v++) {
      const int64_t first = vectors.begin(v) * kLanes;
      const Parts tiles(c.outs, Kernel::most_rows(vectors.size(v)));
      for (int64_t tile = 0; tile < tiles.parts; tile++) {
        const int64_t channel = tiles.begin(tile);
        ahead.advance();
        kernel(tiles.size(tile), vectors.size(v),
               {images, s.od, rows / merged, block.row * merged, block.dz + channel * block.channel, block.channel,
                block.image, block.depth, block.row, tap + first, plan.x_words(c.ins), s.sd * plan.xh * plan.xw * c.ins,
                s.sh * plan.xw * c.ins, Arithmetic::kValuesPerWord * s.sw * c.ins,
                sums + channel * row_words + segment * lanes + first, row_words});
      }
    }
  }
}

/** Sums of the images' groups, `[image group][group][input stretch][output channel][segment][lane]`. */
struct PartialSums {
  float* weight;
  int64_t weight_words;
  float* bias;
};

int64_t offset_of(const ConvolutionShape& s, const Plan& plan, int64_t group, int64_t in_part, int64_t out) {
  const int64_t before = group * plan.in_parts.parts + in_part;
  // Stretches differ in size by one channel at most, but lanes round up: each gets the room of the largest.
  return (before * s.out_channels + out) * plan.row_words(plan.in_parts.size(0));
}

/** Adds the partial sums up in order and puts every number where the weight has it. */
void reduce(const ConvolutionShape& s, const Plan& plan, const PartialSums& partial, float* dw, float* db) {
  const int64_t room = plan.row_words(plan.in_parts.size(0));
  parallel_for(s.groups * s.out_channels, [&](int64_t channel, int32_t) {
    const int64_t group = channel / s.out_channels;
    const int64_t out = channel % s.out_channels;
    for (int64_t in_part = 0; in_part < plan.in_parts.parts; in_part++) {
      float* first = partial.weight + offset_of(s, plan, group, in_part, out);
      for (int64_t images = 1; images < plan.image_groups.parts; images++) {
        const float* more = first + images * partial.weight_words;
        for (int64_t i = 0; i < room; i += kLanes) store(first + i, load(first + i) + load(more + i));
      }
      const int64_t first_in = plan.in_parts.begin(in_part);
      const int64_t ins = plan.in_parts.size(in_part);
      float* to = dw + (channel * s.in_channels + first_in) * s.taps;
      for (int64_t tap = 0; tap < s.taps; tap++) {
        const float* from = first + tap / plan.segment_taps * plan.segment_lanes(ins) + tap % plan.segment_taps * ins;
        for (int64_t in = 0; in < ins; in++) to[in * s.taps + tap] = from[in];
      }
    }
    if (db == nullptr) return;
    db[channel] = partial.bias[channel];
    for (int64_t images = 1; images < plan.image_groups.parts; images++) {
      db[channel] += partial.bias[images * s.c_out + channel];
    }
  });
}

/** The bias' gradient alone, for a weight without elements. */
void bias_gradient(const ConvolutionShape& s, const float* dy, const float* y, float* db) {
  parallel_for(s.c_out, [&](int64_t channel, int32_t) {
    float sum = 0;
    for (int64_t image = 0; image < s.n; image++) {
      for (int64_t i = 0; i < s.positions; i += kLanes) {
        const int64_t source = (image * s.c_out + channel) * s.positions + i;
        const int64_t count = std::min(kLanes, s.positions - i);
        float dz[kLanes];
        activation_gradient(s.activation, dz, dy + source, y == nullptr ? nullptr : y + source, count);
        sum += sum_of(dz, count);
      }
    }
    db[channel] = sum;
  });
}

template <class Arithmetic>
Status weight_gradient(const ConvolutionShape& s, const float* x, const float* dy, const float* y, float* dw,
                       float* db) {
  const int64_t weights = s.c_out * s.in_channels * s.taps;
  if (s.is_empty() && db != nullptr) std::fill_n(db, s.c_out, 0.0f);
  if (s.is_empty()) std::fill_n(dw, weights, 0.0f);
  if (s.is_empty()) return kOk;
  if (weights == 0) {
    if (db != nullptr) bias_gradient(s, dy, y, db);
    return kOk;
  }
  const Plan plan(s);
  const int64_t most_ins = plan.in_parts.size(0);
  constexpr bool kPairs = Arithmetic::kValuesPerWord == 2;
  const bool reads_dy = s.activation == Activation::kLinear && !kPairs;
  const int64_t row_words = kPairs ? (s.ow + 1) / 2 : s.ow;
  const int64_t x_words = plan.x_words(most_ins) * plan.block_images + kTail;
  const int64_t dz_words =
      reads_dy ? 0 : plan.block_images * plan.out_parts.size(0) * s.od * plan.bands.size(0) * row_words;
  const int64_t number_words =
      kPairs ? std::max(plan.bands.size(0) * s.ow, (plan.xw + s.sw) * most_ins + kLanes) : 0;
  const int64_t thread_words = (x_words + kLanes - 1) / kLanes * kLanes + dz_words + number_words;
  const int64_t sum_words = offset_of(s, plan, s.groups, 0, 0);
  Scratch<float> sums(plan.image_groups.parts * sum_words);
  Scratch<float> bias_sums(plan.image_groups.parts * s.c_out);
  Scratch<float> scratch(thread_count() * thread_words);
  if (sums.get() == nullptr || bias_sums.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  const PartialSums partial = {sums.get(), sum_words, bias_sums.get()};
  const int64_t outputs = s.groups * plan.in_parts.parts * plan.out_parts.parts;
  parallel_for(plan.image_groups.parts * outputs, [&](int64_t index, int32_t thread) {
    const int64_t out_part = index % plan.out_parts.parts;
    const int64_t in_part = index / plan.out_parts.parts % plan.in_parts.parts;
    const int64_t group = index / plan.out_parts.parts / plan.in_parts.parts % s.groups;
    const int64_t images = index / outputs;
    const Chunk c = {group,
                     plan.out_parts.begin(out_part),
                     plan.out_parts.size(out_part),
                     plan.in_parts.begin(in_part),
                     plan.in_parts.size(in_part),
                     plan.image_groups.begin(images),
                     plan.image_groups.begin(images) + plan.image_groups.size(images)};
    float* x_block = scratch.get() + thread * thread_words;
    float* dz = x_block + thread_words - dz_words - number_words;
    float* numbers = dz + dz_words;
    float* sum = partial.weight + images * sum_words + offset_of(s, plan, group, in_part, c.first_out);
    float* bias_sum = partial.bias + images * s.c_out + group * s.out_channels + c.first_out;
    std::fill_n(sum, c.outs * plan.row_words(most_ins), 0.0f);
    if (in_part == 0) std::fill_n(bias_sum, c.outs, 0.0f);
    // Lanes beyond the last position are computed and not used.
    std::fill_n(x_block + x_words - kTail, kTail, 0.0f);
    for (int64_t image = c.first_image; image < c.last_image; image += plan.block_images) {
      const int64_t count = std::min(plan.block_images, c.last_image - image);
      for (int64_t band = 0; band < plan.bands.parts; band++) {
        const int64_t first = plan.bands.begin(band);
        const int64_t rows = plan.bands.size(band);
        const ImageWindow window = {plan.xd, plan.xh, plan.xw, -s.pd, first * s.sh - s.ph, -s.pw};
        float* bias_or_null = in_part == 0 && db != nullptr ? bias_sum : nullptr;
        GradientBlock block;
        if constexpr (kPairs) {
          block = prepare_words<Arithmetic>(s, c, image, count, first, rows, dy, y, numbers, dz, bias_or_null);
        } else {
          block = prepare_gradient(s, c, image, count, first, rows, dy, y, dz);
          if (bias_or_null != nullptr) add_bias_gradient(s, c, block, count, rows, bias_or_null);
        }
        for (int64_t i = 0; i < count; i++) {
          const float* from = x + ((image + i) * s.c_in + group * s.in_channels + c.first_in) * s.plane;
          float* to = x_block + i * plan.x_words(c.ins);
          if constexpr (kPairs) {
            copy_channel_words<Arithmetic>(s, window, from, c.ins, numbers, to);
          } else {
            copy_channels_last(s, window, from, c.ins, to);
          }
        }
        Ahead ahead(s, plan, c, image + count, x, dy, y);
        add_products<Arithmetic>(s, plan, c, block, count, rows, x_block, ahead, sum);
      }
    }
  });
  reduce(s, plan, partial, dw, db);
  return kOk;
}

/** Whether AMX's tiles have enough to do. */
bool fills_tap_tiles(const ConvolutionShape& s) {
#if CAMADA_HAS_BFLOAT16
  return s.out_channels >= kAmxFewestRows && s.in_channels * s.kw >= kAmxFewestRows &&
         amx_row_words((s.ow + 1) / 2) > 0;
#else
  static_cast<void>(s);
  return false;
#endif
}

}  // namespace
}  // namespace camada

/**
 * `dw` and `db` (may be null), from the gradient `dy` of the activated result `y`, which a linear activation does not
 * need. The same `fields` as for the convolution itself.
 */
CAMADA_EXPORT int32_t camada_convolution_weight_gradient(const double* fields, const float* x, const float* dy,
                                                         const float* y, float* dw, float* db) {
  using namespace camada;
  ConvolutionShape s;
  if (!read_shape(fields, &s)) return kInvalid;
  if (takes_winograd(s, WinogradPass::kWeightGradient)) return winograd_weight_gradient(s, x, dy, y, dw, db);
  const bool pays = s.in_channels >= kFewestPairedChannels;
  return with_arithmetic(pays ? s.arithmetic : ArithmeticCode::kFloat32, fills_tap_tiles(s), [&]<class Arithmetic>() {
    if (!SeenPositions::pays(s)) return weight_gradient<Arithmetic>(s, x, dy, y, dw, db);
    const SeenPositions seen(s, x);
    return seen.has_memory() ? weight_gradient<Arithmetic>(seen.shape(), seen.x(), dy, y, dw, db) : kOutOfMemory;
  });
}
