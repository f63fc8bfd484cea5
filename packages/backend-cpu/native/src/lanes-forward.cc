#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "parallel.h"
#include "spatial-simd.h"
#include "status.h"

namespace camada {
namespace {

/** Vectors of outputs in a chunk of work. */
constexpr int64_t kChunkVectors = 2048;

}  // namespace

void LaneConvolution::pack_kernel(const float* weight, float* to) const {
  const int64_t taps = conv.window.taps();
  for (int64_t block = 0; block < blocks(); block++) {
    for (int64_t t = 0; t < taps; t++) {
      for (int64_t lane = 0; lane < kLanes; lane++) {
        const int64_t channel = block * kLanes + lane;
        *to++ = channel < conv.channels ? weight[channel * kernel.channel_step + t * kernel.tap_step] : 0.0f;
      }
    }
  }
}

int32_t LaneConvolution::forward(const float* in, const float* weight, const float* bias, float* out) const {
  const Window& window = conv.window;
  const int64_t taps = window.taps();
  const int64_t rows = LaneBlock::rows_for(window.h, window.w);
  const LaneBlock block(window.h, window.w, rows);
  const int64_t strips = divide_up(window.h.out, rows);
  const int64_t out_floats = rows * window.w.out * kLanes;
  const int64_t scratch_size = block.size() + out_floats;
  const Scratch<float> scratch(scratch_size * thread_count());
  const Scratch<float> kernels(blocks() * (taps + 1) * kLanes);
  const Scratch<int64_t> offsets(taps);
  if (scratch.get() == nullptr || kernels.get() == nullptr || offsets.get() == nullptr) return kOutOfMemory;
  pack_kernel(weight, kernels.get());
  float* biases = kernels.get() + blocks() * taps * kLanes;
  fill_floats(biases, 0, blocks() * kLanes);
  if (bias != nullptr) copy_floats(biases, bias, conv.channels);
  for (int64_t t = 0; t < taps; t++) offsets.get()[t] = block.offset(t / window.w.kernel, t % window.w.kernel);
  const int64_t grain = kChunkVectors / (rows * window.w.out) + 1;
  parallel_ranges(conv.n * blocks() * strips, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* packed = scratch.get() + thread * scratch_size;
    for (int64_t item = begin; item < end; item++) {
      const auto [image, own, strip] = place_of(item, strips);
      const int64_t first = strip * rows;
      const int64_t count = window.h.out - first < rows ? window.h.out - first : rows;
      const int64_t present = channels_of(own);
      const int64_t channel = own * kLanes;
      block.pack(in + image * conv.channels * window.in_size() + channel * x.channel_step, x, present, first, count,
                 packed);
      float* to = out + image * conv.channels * window.out_size() + channel * y.channel_step +
                  first * window.w.out * y.pixel_step;
      const bool is_direct = y.is_channels_last() && present == kLanes;
      float* sums = is_direct ? to : packed + block.size();
      const int64_t step = is_direct ? y.pixel_step : kLanes;
      const LaneSum sum{offsets.get(), kernels.get() + own * taps * kLanes, taps, window.w.stride * kLanes, step,
                        biases + channel, conv.activation};
      for (int64_t row = 0; row < count; row++) {
        const float* source = packed + row * window.h.stride * block.columns * kLanes;
        sum.run(source, window.w.out, sums + row * window.w.out * step);
      }
      if (!is_direct) unpack(sums, count * window.w.out, to, y, present);
    }
  });
  return kOk;
}

}  // namespace camada
