#include "amx-row-kernel.h"
#include "buffer-pool.h"
#include "input-gradient.h"
#include "prefetch.h"
#include "row-gradient-band.h"
#include "row-gradient-plan.h"

namespace camada {
namespace {

using Plan = RowGradientPlan;

/** Writes `[position][lane]` as `rows` rows of `channels` channels. */
void write_rows(const float* row, int64_t positions, int64_t channels, int64_t rows, float* dx, int64_t plane,
                int64_t width) {
  for (int64_t x = 0; x < positions; x += kLanes) {
    Floats block[kLanes];
    const int64_t count = std::min(kLanes, positions - x);
    for (int64_t i = 0; i < kLanes; i++) block[i] = i < count ? load(row + (x + i) * kLanes) : Floats{};
    transpose(block);
    for (int64_t lane = 0; lane < channels * rows; lane++) {
      float* to = dx + lane % channels * plane + lane / channels * width + x;
      if (count == kLanes) {
        store(to, block[lane]);
      } else {
        store_some(to, block[lane], count);
      }
    }
  }
}

}  // namespace

bool has_row_gradient(const ConvolutionShape& s) {
  if (!s.has_unit_strides() || s.dw != 1 || !has_row_kernel(s.kw)) return false;
  const int64_t rows = shared_rows(s);
  const int64_t lanes = (s.in_channels * rows + kLanes - 1) / kLanes * kLanes;
  const double used = static_cast<double>(s.in_channels * rows * s.kh) / static_cast<double>(lanes * (s.kh + rows - 1));
  return used >= 0.4;
}

template <class Arithmetic>
Status row_input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight, float* dx) {
  const Plan plan(s);
  const bool is_linear = s.activation == Activation::kLinear && Arithmetic::kValuesPerWord == 1;
  const int64_t words = channel_words<Arithmetic>(s);
  constexpr bool kTiles = Arithmetic::kStepGrain > 1;
  const int64_t tile_rows = (s.ow + s.kw - 1 + kLanes - 1) / kLanes;
  const int64_t reached = kTiles ? tile_rows * ((s.ow + s.kw - 1 + tile_rows - 1) / tile_rows) : 0;
  const TileBand tile_band = {s.kw - 1, reached + s.kw - 1, words};
  const int64_t row_words = std::max(plan.row_positions, reached) * kLanes;
  const int64_t band_words = is_linear ? 0 : words * s.od * plan.most_rows * s.ow;
  const int64_t lower_words = Arithmetic::kValuesPerWord == 1 ? 0 : plan.most_rows * s.ow;
  const int64_t tile_words = kTiles ? s.od * plan.most_rows * tile_band.row_words() : 0;
  const int64_t thread_words = row_words + band_words + tile_words;
  const int64_t weight_words = s.kd * plan.heights * s.kw * words * kLanes;
  Scratch<float> packed(s.groups * plan.blocks * weight_words);
  Scratch<float> scratch(thread_count() * thread_words);
  Scratch<float> lower_scratch(thread_count() * lower_words);
  Scratch<RowTap> tap_scratch(thread_count() * s.kd * plan.heights);
  if (packed.get() == nullptr || scratch.get() == nullptr || lower_scratch.get() == nullptr ||
      tap_scratch.get() == nullptr) {
    return kOutOfMemory;
  }
  float* lower = lower_scratch.get();
  pack_row_weights<Arithmetic>(s, plan, weight, packed.get());
  parallel_for(s.n * s.groups * plan.bands.parts * plan.block_chunks, [&](int64_t chunk, int32_t thread) {
    const int64_t block_chunk = chunk % plan.block_chunks;
    const int64_t band_index = chunk / plan.block_chunks % plan.bands.parts;
    const int64_t group = chunk / plan.block_chunks / plan.bands.parts % s.groups;
    const int64_t image = chunk / plan.block_chunks / plan.bands.parts / s.groups;
    const int64_t first_row = plan.bands.begin(band_index);
    const int64_t last_row = first_row + plan.bands.size(band_index);
    const int64_t first_oh = std::clamp<int64_t>(first_row + s.ph - (s.kh - 1) * s.dh, 0, s.oh);
    const int64_t last_oh = std::clamp<int64_t>(last_row + s.ph, first_oh, s.oh);
    float* row = scratch.get() + thread * thread_words;
    RowTap* taps = tap_scratch.get() + thread * s.kd * plan.heights;
    const int64_t dy_offset = (image * s.c_out + group * s.out_channels) * s.positions;
    GradientBand band = {dy + dy_offset, s.positions, s.oh * s.ow, 0};
    if (!is_linear) {
      band = prepare_band<Arithmetic>(s, dy + dy_offset, y == nullptr ? y : y + dy_offset, first_oh, last_oh,
                                      row + row_words, lower + thread * lower_words);
    }
    if constexpr (kTiles) {
      float* tiles = row + row_words + band_words;
      tile_band.write(s, band, (s.out_channels + 1) / 2, last_oh - first_oh, tiles);
      band = {tiles, 0, (last_oh - first_oh) * tile_band.row_words(), first_oh};
    }
    const int64_t dz_row = kTiles ? tile_band.row_words() : s.ow;
    typename RowKernel<Arithmetic>::Type kernel;
    // Threads take chunks in turn, so this is likely to be the image that this thread comes to next.
    const int64_t ahead = (chunk + thread_count()) / plan.block_chunks / plan.bands.parts;
    const bool is_new = ahead / s.groups < s.n && plan.bands.parts == 1 && plan.block_chunks == 1;
    const int64_t dz_size = s.out_channels * s.positions;
    const int64_t ahead_offset = (ahead / s.groups * s.c_out + ahead % s.groups * s.out_channels) * s.positions;
    const int64_t row_calls = plan.blocks * s.d * s.h;
    Prefetch next_dy(is_new ? dy + ahead_offset : nullptr, dz_size, 1, 0, row_calls);
    const bool needs_y = is_new && s.activation != Activation::kLinear;
    Prefetch next_y(needs_y ? y + ahead_offset : nullptr, dz_size, 1, 0, row_calls);
    for (int64_t block = plan.first_block(block_chunk); block < plan.first_block(block_chunk + 1); block++) {
      const float* weights = packed.get() + (group * plan.blocks + block) * weight_words;
      const int64_t first_channel = group * s.in_channels + block * kLanes;
      const int64_t channels = std::min(kLanes, s.in_channels - block * kLanes);
      for (int64_t id = 0; id < s.d; id++) {
        for (int64_t ih = first_row; ih < last_row; ih += plan.lane_rows) {
          next_dy.advance();
          next_y.advance();
          int64_t tap_count = 0;
          for (int64_t kd = 0; kd < s.kd; kd++) {
            const int64_t od = id + s.pd - kd * s.dd;
            if (od < 0 || od >= s.od) continue;
            for (int64_t height = 0; height < plan.heights; height++) {
              const int64_t oh = ih + s.ph + plan.lane_rows - 1 - height * s.dh;
              // Rows of the output that only rows of the next band reach are not prepared, and have no part here.
              if (oh < first_oh || oh >= last_oh) continue;
              taps[tap_count++] = {band.dz + od * band.depth_stride + (oh - band.first) * dz_row,
                                   weights + (kd * plan.heights + height) * words * s.kw * kLanes};
            }
          }
          std::fill_n(row, row_words, 0.0f);
          if (tap_count > 0) kernel(s, plan.pieces, {taps, tap_count, words, band.channel_stride, 0, row});
          write_rows(row + s.pw * kLanes, s.w, channels, std::min(plan.lane_rows, last_row - ih),
                     dx + (image * s.c_in + first_channel) * s.plane + (id * s.h + ih) * s.w, s.plane, s.w);
        }
      }
    }
  });
  return kOk;
}

template Status row_input_gradient<Float32Arithmetic>(const ConvolutionShape&, const float*, const float*, const float*,
                                                      float*);
#if CAMADA_HAS_BFLOAT16
template Status row_input_gradient<Bfloat16Arithmetic>(const ConvolutionShape&, const float*, const float*,
                                                       const float*, float*);
template Status row_input_gradient<AmxArithmetic<AmxTiles>>(const ConvolutionShape&, const float*, const float*,
                                                            const float*, float*);
template Status row_input_gradient<AmxArithmetic<EmulatedTiles>>(const ConvolutionShape&, const float*, const float*,
                                                                 const float*, float*);
#endif

}  // namespace camada
