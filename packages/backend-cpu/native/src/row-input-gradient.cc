#include "bfloat16-arithmetic.h"
#include "buffer-pool.h"
#include "input-gradient.h"
#include "parallel.h"
#include "prefetch.h"
#include "row-kernel.h"
#include "transpose.h"

#include <algorithm>

namespace camada {
namespace {

/** The output's gradient of one chunk is to stay in the second-level cache. */
constexpr int64_t kBandBytes = 384 << 10;
constexpr int64_t kEnoughChunks = 48;

/** Rows that share the lanes, where the channels of one would leave most of them idle. */
int64_t shared_rows(const ConvolutionShape& s) {
  if (s.dh != 1 || 2 * s.in_channels > kLanes) return 1;
  return std::min(kLanes / s.in_channels, s.h);
}

/** Chunks: images, bands of rows, blocks of as many input channels as there are lanes. */
struct Plan {
  /** A lane is a channel of one of so many neighbouring rows. */
  int64_t lane_rows;
  /** Taps of the kernel's height, as all rows of a block together see them. */
  int64_t heights;
  int64_t blocks;
  Parts bands;
  int64_t block_chunks;
  /** Rows of the output that a band needs at most. */
  int64_t most_rows;
  /** Positions of the output's rows per call. */
  Parts pieces;
  /** Positions in a row that is computed. */
  int64_t row_positions;

  explicit Plan(const ConvolutionShape& s)
      : lane_rows(shared_rows(s)),
        heights(s.kh + lane_rows - 1),
        blocks((s.in_channels + kLanes - 1) / kLanes),
        bands(s.h, s.h),
        pieces(s.ow, most_row_positions(static_cast<int>(s.kw))),
        row_positions(std::max(s.ow + s.kw - 1, s.pw + s.w)) {
    const int64_t row_bytes = s.out_channels * s.od * s.ow * 4;
    const int64_t fitting = std::max<int64_t>(kBandBytes / std::max<int64_t>(row_bytes, 1) - (s.kh - 1) * s.dh, 2 * s.kh);
    bands = Parts(s.h, std::max(std::min(s.h, fitting), lane_rows));
    most_rows = std::min(s.oh, bands.size(0) + (s.kh - 1) * s.dh);
    const int64_t others = s.n * s.groups * bands.parts;
    block_chunks = std::clamp<int64_t>(kEnoughChunks / others, 1, blocks);
  }
  int64_t first_block(int64_t chunk) const { return blocks * chunk / block_chunks; }
};

/**
 * `[group][block][kd][height][channel][kw][lane]` from `[group, channel, input channel, kd, kh, kw]`. Row `r` of a block
 * sees tap `height - (lane_rows - 1) + r`, if there is one.
 */
template <class Arithmetic>
void pack_row_weights(const ConvolutionShape& s, const Plan& plan, const float* weight, float* packed) {
  const int64_t kernel = s.in_channels * s.taps;
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  const int64_t block_words = s.kd * plan.heights * words * s.kw * kLanes;
  parallel_for(s.groups * plan.blocks, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.blocks;
    const int64_t first = chunk % plan.blocks * kLanes;
    const int64_t channels = std::min(kLanes, s.in_channels - first);
    float* block = packed + chunk * block_words;
    std::fill_n(block, block_words, 0.0f);
    for (int64_t word = 0; word < words; word++) {
      const int64_t channel = word * Arithmetic::kValuesPerWord;
      const bool has_second = channel + 1 < s.out_channels;
      const float* from = weight + (group * s.out_channels + channel) * kernel + first * s.taps;
      for (int64_t row = 0; row < s.kd * plan.heights; row++) {
        float* to = block + (row * words + word) * s.kw * kLanes;
        for (int64_t r = 0; r < plan.lane_rows; r++) {
          const int64_t kh = row % plan.heights - (plan.lane_rows - 1) + r;
          if (kh < 0 || kh >= s.kh) continue;
          for (int64_t lane = 0; lane < channels; lane++) {
            const float* value = from + lane * s.taps + (row / plan.heights * s.kh + kh) * s.kw;
            for (int64_t kw = 0; kw < s.kw; kw++) {
              to[kw * kLanes + r * channels + lane] =
                  Arithmetic::word(value[kw], has_second ? value[kw + kernel] : 0.0f);
            }
          }
        }
      }
    }
  });
}

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

/** The output's gradient before the activation, for rows `[first, last)` of every depth: `[channel][od][row][ow]`. */
struct Band {
  const float* dz;
  int64_t channel_stride;
  int64_t depth_stride;
  int64_t first;
};

/** Fills `to`; a word for two channels needs `lower` for the numbers of both. */
template <class Arithmetic>
Band prepare_band(const ConvolutionShape& s, const float* dy, const float* y, int64_t first, int64_t last, float* to,
                  float* lower) {
  const int64_t length = (last - first) * s.ow;
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  for (int64_t i = 0; i < words * s.od; i++) {
    const int64_t channel = i / s.od * Arithmetic::kValuesPerWord;
    const int64_t source = (channel * s.od + i % s.od) * s.oh * s.ow + first * s.ow;
    float* target = to + i * length;
    const float* y_source = y == nullptr ? nullptr : y + source;
    if constexpr (Arithmetic::kValuesPerWord == 1) {
      activation_gradient(s.activation, target, dy + source, y_source, length);
      continue;
    }
    activation_gradient(s.activation, target, dy + source, y_source, length);
    const bool has_second = channel + 1 < s.out_channels;
    if (has_second) {
      activation_gradient(s.activation, lower, dy + source + s.positions,
                          y == nullptr ? nullptr : y_source + s.positions, length);
    }
    for (int64_t j = 0; j < length; j += kLanes) {
      const int64_t count = std::min(kLanes, length - j);
      const Floats second = has_second ? load_some(lower + j, count) : Floats{};
      const Floats pairs = Arithmetic::words(load_some(target + j, count), second);
      store_some(target + j, pairs, count);
    }
  }
  return {to, s.od * length, length, first};
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
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  const int64_t row_words = plan.row_positions * kLanes;
  const int64_t band_words = is_linear ? 0 : words * s.od * plan.most_rows * s.ow;
  const int64_t lower_words = Arithmetic::kValuesPerWord == 1 ? 0 : plan.most_rows * s.ow;
  const int64_t thread_words = row_words + band_words;
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
    Band band = {dy + dy_offset, s.positions, s.oh * s.ow, 0};
    if (!is_linear) {
      band = prepare_band<Arithmetic>(s, dy + dy_offset, y == nullptr ? y : y + dy_offset, first_oh, last_oh,
                                      row + row_words, lower + thread * lower_words);
    }
    // Threads take chunks in turn, so this is likely to be the image that this thread comes to next.
    const int64_t ahead = (chunk + thread_count()) / plan.block_chunks / plan.bands.parts;
    const bool is_new = ahead / s.groups < s.n && plan.bands.parts == 1 && plan.block_chunks == 1;
    const int64_t dz_size = s.out_channels * s.positions;
    const int64_t ahead_offset = (ahead / s.groups * s.c_out + ahead % s.groups * s.out_channels) * s.positions;
    const int64_t row_calls = plan.blocks * s.d * s.h;
    Prefetch next_dy(is_new ? dy + ahead_offset : nullptr, dz_size, 1, 0, row_calls);
    Prefetch next_y(is_new && s.activation != Activation::kLinear ? y + ahead_offset : nullptr, dz_size, 1, 0, row_calls);
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
              // Rows of the output that only rows of the next band reach are not prepared, and have no part in this one.
              if (oh < first_oh || oh >= last_oh) continue;
              taps[tap_count++] = {band.dz + od * band.depth_stride + (oh - band.first) * s.ow,
                                   weights + (kd * plan.heights + height) * words * s.kw * kLanes};
            }
          }
          std::fill_n(row, row_words, 0.0f);
          for (int64_t piece = 0; tap_count > 0 && piece < plan.pieces.parts; piece++) {
            compute_row<Arithmetic>(s.kw, plan.pieces.size(piece),
                                    {taps, tap_count, words, band.channel_stride, plan.pieces.begin(piece), row});
          }
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
#endif

}  // namespace camada
