#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "parallel.h"
#include "spatial-simd.h"
#include "status.h"

namespace camada {
namespace {

/** Vectors of elements in a chunk of work. */
constexpr int64_t kChunkVectors = 2048;

/** Taps of one phase of the strides, and where its first element lies among those of the block. */
struct Phase {
  int64_t first_tap;
  int64_t taps;
  int64_t row;
  int64_t column;
};

/** Taps sorted by phases: offsets into a block of the outputs' gradients, and numbers of the kernel's elements. */
int64_t sort_taps(const Window& window, const BackwardAxis& h, const BackwardAxis& w, const LaneBlock& block,
                  Phase* phases, int64_t* offsets, int64_t* numbers) {
  int64_t number = 0;
  int64_t count = 0;
  for (int64_t ph = 0; ph < window.h.stride; ph++) {
    for (int64_t pw = 0; pw < window.w.stride; pw++) {
      Phase& phase = phases[count++] = {number, 0, ph, pw};
      for (int64_t i = 0; i < window.h.kernel; i++) {
        const int64_t down = i * window.h.dilation - ph;
        if (down < 0 || down % window.h.stride != 0) continue;
        for (int64_t j = 0; j < window.w.kernel; j++) {
          const int64_t right = j * window.w.dilation - pw;
          if (right < 0 || right % window.w.stride != 0) continue;
          offsets[number] = block.offset(h.most_shift - down / window.h.stride, w.most_shift - right / window.w.stride);
          numbers[number++] = i * window.w.kernel + j;
        }
      }
      phase.taps = number - phase.first_tap;
    }
  }
  return count;
}

}  // namespace

int32_t LaneConvolution::input_gradient(const float* dy, const float* activated_y, const float* weight,
                                        float* dx) const {
  const Window& window = conv.window;
  const int64_t taps = window.taps();
  const BackwardAxis h(window.h);
  const BackwardAxis w(window.w);
  const int64_t rows = LaneBlock::rows_for(h.outputs, w.outputs);
  const LaneBlock block(h.outputs, w.outputs, rows);
  const int64_t strips = divide_up(h.outputs.out, rows);
  const int64_t dx_floats = rows * window.h.stride * window.w.in * kLanes;
  const int64_t scratch_size = 2 * block.size() + dx_floats;
  const int64_t phase_count = window.h.stride * window.w.stride;
  const Scratch<float> scratch(scratch_size * thread_count());
  const Scratch<float> kernels(2 * blocks() * taps * kLanes);
  const Scratch<int64_t> offsets(2 * taps);
  const Scratch<Phase> phases(phase_count);
  if (scratch.get() == nullptr || kernels.get() == nullptr || offsets.get() == nullptr || phases.get() == nullptr) {
    return kOutOfMemory;
  }
  int64_t* numbers = offsets.get() + taps;
  sort_taps(window, h, w, block, phases.get(), offsets.get(), numbers);
  float* in_order = kernels.get() + blocks() * taps * kLanes;
  pack_kernel(weight, in_order);
  for (int64_t own = 0; own < blocks(); own++) {
    for (int64_t t = 0; t < taps; t++) {
      store(kernels.get() + (own * taps + t) * kLanes, load(in_order + (own * taps + numbers[t]) * kLanes));
    }
  }
  const int64_t grain = kChunkVectors / (rows * window.h.stride * window.w.in) + 1;
  parallel_ranges(conv.n * blocks() * strips, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* packed = scratch.get() + thread * scratch_size;
    for (int64_t item = begin; item < end; item++) {
      const auto [image, own, strip] = place_of(item, strips);
      const int64_t first = strip * rows;
      const int64_t count = h.outputs.out - first < rows ? h.outputs.out - first : rows;
      const int64_t present = channels_of(own);
      const int64_t channel = own * kLanes;
      const int64_t from = image * conv.channels * window.out_size() + channel * y.channel_step;
      block.pack(dy + from, y, present, first, count, packed);
      if (activated_y != nullptr) {
        float* values = packed + block.size();
        block.pack(activated_y + from, y, present, first, count, values);
        const int64_t used = (count + h.most_shift) * block.columns * kLanes;
        undo_activation(conv.activation, packed, values, packed, used);
      }
      // Rows of the input that belong to this strip: all phases of its `u`, those of the padding left out.
      const int64_t pad_h = h.inputs.pad;
      const int64_t top = first * window.h.stride - pad_h > 0 ? first * window.h.stride - pad_h : 0;
      const int64_t end_row = (first + count) * window.h.stride - pad_h;
      const int64_t bottom = end_row < window.h.in ? end_row : window.h.in;
      float* to = dx + image * conv.channels * window.in_size() + channel * x.channel_step +
                  top * window.w.in * x.pixel_step;
      const bool is_direct = x.is_channels_last() && present == kLanes;
      float* sums = is_direct ? to : packed + 2 * block.size();
      const int64_t step = is_direct ? x.pixel_step : kLanes;
      for (int64_t p = 0; p < phase_count; p++) {
        const Phase& phase = phases.get()[p];
        const LaneSum sum{offsets.get() + phase.first_tap,
                          kernels.get() + (own * taps + phase.first_tap) * kLanes,
                          phase.taps,
                          kLanes,
                          window.w.stride * step,
                          nullptr,
                          WindowActivation::kLinear};
        // Element `u` of the phase is column `stride * u + column - padding` of the input.
        const int64_t skipped = phase.column < w.inputs.pad ? 1 : 0;
        const int64_t column = skipped * window.w.stride + phase.column - w.inputs.pad;
        if (column >= window.w.in) continue;
        const int64_t columns = (window.w.in - 1 - column) / window.w.stride + 1;
        for (int64_t u = 0; u < count; u++) {
          const int64_t row = (first + u) * window.h.stride + phase.row - pad_h;
          if (row < top || row >= bottom) continue;
          const float* source = packed + (u * block.columns + skipped) * kLanes;
          sum.run(source, columns, sums + ((row - top) * window.w.in + column) * step);
        }
      }
      if (!is_direct) unpack(sums, (bottom - top) * window.w.in, to, x, present);
    }
  });
  return kOk;
}

}  // namespace camada
