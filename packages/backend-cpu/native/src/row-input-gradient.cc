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

/** Chunks: images, bands of rows, blocks of as many input channels as there are lanes. */
struct Plan {
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
      : blocks((s.in_channels + kLanes - 1) / kLanes),
        bands(s.h, s.h),
        pieces(s.ow, most_row_positions(static_cast<int>(s.kw))),
        row_positions(std::max(s.ow + s.kw - 1, s.pw + s.w)) {
    const int64_t row_bytes = s.out_channels * s.od * s.ow * 4;
    const int64_t fitting = std::max<int64_t>(kBandBytes / std::max<int64_t>(row_bytes, 1) - (s.kh - 1) * s.dh, 2 * s.kh);
    bands = Parts(s.h, std::min(s.h, fitting));
    most_rows = std::min(s.oh, bands.size(0) + (s.kh - 1) * s.dh);
    const int64_t others = s.n * s.groups * bands.parts;
    block_chunks = std::clamp<int64_t>(kEnoughChunks / others, 1, blocks);
  }
  int64_t first_block(int64_t chunk) const { return blocks * chunk / block_chunks; }
};

/** `[group][block][kd][kh][channel][kw][lane]` from `[group, channel, input channel, kd, kh, kw]`. */
template <class Arithmetic>
void pack_row_weights(const ConvolutionShape& s, const Plan& plan, const float* weight, float* packed) {
  const int64_t kernel = s.in_channels * s.taps;
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  parallel_for(s.groups * plan.blocks, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.blocks;
    const int64_t first = chunk % plan.blocks * kLanes;
    const int64_t lanes = std::min(kLanes, s.in_channels - first);
    float* to = packed + chunk * s.taps * words * kLanes;
    for (int64_t row = 0; row < s.kd * s.kh; row++) {
      for (int64_t word = 0; word < words; word++) {
        const int64_t channel = word * Arithmetic::kValuesPerWord;
        const bool has_second = channel + 1 < s.out_channels;
        const float* from = weight + (group * s.out_channels + channel) * kernel + first * s.taps + row * s.kw;
        for (int64_t kw = 0; kw < s.kw; kw++, from++) {
          for (int64_t lane = 0; lane < kLanes; lane++) {
            const float* value = from + lane * s.taps;
            *to++ = lane < lanes ? Arithmetic::word(*value, has_second ? value[kernel] : 0.0f) : 0.0f;
          }
        }
      }
    }
  });
}

/** Writes `[position][lane]` as rows of `channels` channels. */
void write_row(const float* row, int64_t positions, int64_t channels, float* dx, int64_t plane) {
  for (int64_t x = 0; x < positions; x += kLanes) {
    Floats block[kLanes];
    const int64_t count = std::min(kLanes, positions - x);
    for (int64_t i = 0; i < kLanes; i++) block[i] = i < count ? load(row + (x + i) * kLanes) : Floats{};
    transpose(block);
    for (int64_t channel = 0; channel < channels; channel++) {
      float* to = dx + channel * plane + x;
      if (count == kLanes) {
        store(to, block[channel]);
      } else {
        store_some(to, block[channel], count);
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

}  // namespace

bool has_row_gradient(const ConvolutionShape& s) {
  const int64_t lanes = (s.in_channels + kLanes - 1) / kLanes * kLanes;
  return s.has_unit_strides() && s.dw == 1 && has_row_kernel(s.kw) && s.in_channels * 10 >= lanes * 7;
}

template <class Arithmetic>
Status row_input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight, float* dx) {
  const Plan plan(s);
  const bool is_linear = s.activation == Activation::kLinear && Arithmetic::kValuesPerWord == 1;
  const int64_t words = (s.out_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
  const int64_t row_words = plan.row_positions * kLanes;
  const int64_t band_words = is_linear ? 0 : s.out_channels * s.od * plan.most_rows * s.ow;
  const int64_t thread_words = row_words + band_words;
  const int64_t weight_words = s.taps * words * kLanes;
  Scratch<float> packed(s.groups * plan.blocks * weight_words);
  Scratch<float> scratch(thread_count() * thread_words);
  Scratch<RowTap> tap_scratch(thread_count() * s.kd * s.kh);
  if (packed.get() == nullptr || scratch.get() == nullptr || tap_scratch.get() == nullptr) return kOutOfMemory;
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
    RowTap* taps = tap_scratch.get() + thread * s.kd * s.kh;
    const int64_t dy_offset = (image * s.c_out + group * s.out_channels) * s.positions;
    Band band = {dy + dy_offset, s.positions, s.oh * s.ow, 0};
    if (!is_linear) {
      const int64_t length = (last_oh - first_oh) * s.ow;
      band = {row + row_words, s.od * length, length, first_oh};
      for (int64_t i = 0; i < s.out_channels * s.od; i++) {
        const int64_t source = dy_offset + i * s.oh * s.ow + first_oh * s.ow;
        activation_gradient(s.activation, row + row_words + i * length, dy + source, y == nullptr ? y : y + source, length);
      }
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
        for (int64_t ih = first_row; ih < last_row; ih++) {
          next_dy.advance();
          next_y.advance();
          int64_t tap_count = 0;
          for (int64_t kd = 0; kd < s.kd; kd++) {
            const int64_t od = id + s.pd - kd * s.dd;
            if (od < 0 || od >= s.od) continue;
            for (int64_t kh = 0; kh < s.kh; kh++) {
              const int64_t oh = ih + s.ph - kh * s.dh;
              if (oh < 0 || oh >= s.oh) continue;
              taps[tap_count++] = {band.dz + od * band.depth_stride + (oh - band.first) * s.ow,
                                   weights + (kd * s.kh + kh) * words * s.kw * kLanes};
            }
          }
          std::fill_n(row, row_words, 0.0f);
          for (int64_t piece = 0; tap_count > 0 && piece < plan.pieces.parts; piece++) {
            compute_row<Arithmetic>(s.kw, plan.pieces.size(piece),
                                    {taps, tap_count, words, band.channel_stride, plan.pieces.begin(piece), row});
          }
          write_row(row + s.pw * kLanes, s.w, channels,
                    dx + (image * s.c_in + first_channel) * s.plane + (id * s.h + ih) * s.w, s.plane);
        }
      }
    }
  });
  return kOk;
}

template Status row_input_gradient<Float32Arithmetic>(const ConvolutionShape&, const float*, const float*, const float*,
                                                      float*);

}  // namespace camada
