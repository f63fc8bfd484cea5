#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "direct-rows.h"
#include "parallel.h"
#include "status.h"
#include "strip.h"
#include "tap-sum.h"

namespace camada {
namespace {

/** Elements of a chunk of work. */
constexpr int64_t kChunkElements = 32768;

/**
 * The gradient of the input, an element's sum at a time: over the outputs every phase of a stride is a convolution
 * with stride 1 by the taps of that phase. Cut into strips of rows of one slice of one plane of `dx`.
 */
struct Backward {
  const Depthwise& conv;
  const BackwardAxis h;
  const BackwardAxis w;
  /** Slices of `dy` that a slice of `dx` may need, for each kernel of the channel. */
  const int64_t slices;
  const Strip outputs;
  Strip inputs;
  const int64_t strips;

  explicit Backward(const Depthwise& conv)
      : conv(conv),
        h(conv.window.h),
        w(conv.window.w),
        slices(conv.multiplier * conv.window.d.kernel),
        outputs(h.outputs, w.outputs, slices, Strip::rows_for(h.outputs, w.outputs, slices)),
        inputs(h.inputs, w.inputs, 1, outputs.rows),
        strips(divide_up(h.outputs.out, outputs.rows)) {
    inputs.pitch = outputs.pitch;
  }

  int64_t items() const { return conv.planes() * conv.window.d.in * strips; }
  int64_t undone_size() const { return (outputs.rows + h.most_shift) * conv.window.w.out; }
  int64_t scratch_size() const { return outputs.size() + inputs.size() + round_up(undone_size(), kLanes); }

  void run(int64_t item, const float* dy, const float* y, const float* weight, float* dx, float* scratch,
           int64_t* offsets, float* taps) const {
    const Window& window = conv.window;
    const int64_t slice_item = divide(item, strips);
    const int64_t first = (item - slice_item * strips) * outputs.rows;
    const int64_t plane = divide(slice_item, window.d.in);
    const int64_t slice = slice_item - plane * window.d.in;
    const int64_t rest = h.outputs.out - first;
    const int64_t count = rest < outputs.rows ? rest : outputs.rows;
    const int64_t channel = plane % conv.channels;
    const float* kernels = weight + channel * conv.multiplier * window.taps();
    float* to = dx + (plane * window.d.in + slice) * window.h.in * window.w.in;

    // Every kernel of the channel and every depth tap that reads this slice gives the strip a slice.
    const int64_t kernel_size = window.h.kernel * window.w.kernel;
    int64_t used = 0;
    for (int64_t k = 0; k < conv.multiplier; k++) {
      for (int64_t tap = 0; tap < window.d.kernel; tap++) {
        const int64_t distance = slice + window.d.pad - tap * window.d.dilation;
        const int64_t from = distance >= 0 ? divide(distance, window.d.stride) : -1;
        if (from < 0 || from >= window.d.out || from * window.d.stride != distance) continue;
        const int64_t offset =
            ((plane * conv.multiplier + k) * window.d.out + from) * window.h.out * window.w.out;
        gather(scratch, used, dy + offset, y == nullptr ? nullptr : y + offset, first, count);
        const float* kernel = kernels + (k * window.d.kernel + tap) * kernel_size;
        for (int64_t i = 0; i < kernel_size; i++) taps[used * kernel_size + i] = kernel[i];
        used++;
      }
    }
    sum_phases(scratch, taps, used, count, offsets);
    inputs.scatter(scratch + outputs.size(), 0, to, first, count, false);
  }

 private:
  void gather(float* scratch, int64_t slot, const float* dy, const float* y, int64_t first, int64_t count) const {
    if (y == nullptr) return outputs.gather(scratch, slot, dy, first, count, 0);
    const int64_t top = first - outputs.h.pad;
    const int64_t bottom = top + count + h.most_shift;
    const int64_t begin = top > 0 ? top : 0;
    const int64_t end = bottom < outputs.h.in ? bottom : outputs.h.in;
    if (begin >= end) return outputs.gather(scratch, slot, nullptr, first, count, 0);
    const int64_t columns = outputs.w.in;
    float* undone = scratch + outputs.size() + inputs.size();
    undo_activation(conv.activation, dy + begin * columns, y + begin * columns, undone, (end - begin) * columns);
    outputs.gather(scratch, slot, undone, first, count, 0, begin);
  }

  void sum_phases(float* scratch, float* taps, int64_t used, int64_t count, int64_t* offsets) const {
    const WindowAxis& rows = conv.window.h;
    const WindowAxis& columns = conv.window.w;
    const int64_t kernel_size = rows.kernel * columns.kernel;
    float* weights = taps + slices * kernel_size;
    // In the order of memory: a sum writes a little beyond its end, where the next one begins.
    for (int64_t pw = 0; pw < columns.stride; pw++) {
      for (int64_t ph = 0; ph < rows.stride; ph++) {
        int64_t number = 0;
        for (int64_t slot = 0; slot < used; slot++) {
          for (int64_t i = 0; i < rows.kernel; i++) {
            const int64_t down = i * rows.dilation - ph;
            const int64_t row_shift = divide(down, rows.stride);
            if (down < 0 || row_shift * rows.stride != down) continue;
            for (int64_t j = 0; j < columns.kernel; j++) {
              const int64_t right = j * columns.dilation - pw;
              const int64_t column_shift = divide(right, columns.stride);
              if (right < 0 || column_shift * columns.stride != right) continue;
              offsets[number] = outputs.offset(slot, h.most_shift - row_shift, w.most_shift - column_shift);
              weights[number++] = taps[slot * kernel_size + i * columns.kernel + j];
            }
          }
        }
        float* to = scratch + outputs.size() + inputs.offset(0, ph, pw);
        tap_sum(scratch, offsets, weights, number, outputs.flat_size(count), 0, to);
      }
    }
  }
};

/** Whether the gradient of a plane is a convolution that needs no strips. */
bool is_direct(const Depthwise& conv) {
  const WindowAxis& d = conv.window.d;
  return d.in == 1 && d.out == 1 && d.kernel == 1 && d.pad == 0 && conv.multiplier == 1 &&
         conv.window.h.stride == 1 && DirectRows::has_form(conv.window.h, conv.window.w);
}

/** With stride 1: the outputs' gradients, convolved by the kernel turned round. */
void backward_directly(const Depthwise& conv, const float* dy, const float* weight, float* dx) {
  const Window& window = conv.window;
  const BackwardAxis h(window.h);
  const BackwardAxis w(window.w);
  const int64_t strips = divide_up(window.h.in, DirectRows::kRows);
  const int64_t grain = kChunkElements / (divide_up(window.h.in, strips) * window.w.in) + 1;
  parallel_ranges(conv.planes() * strips, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t item = begin; item < end; item++) {
      const int64_t plane = divide(item, strips);
      const int64_t first = (item - plane * strips) * DirectRows::kRows;
      const int64_t rest = window.h.in - first;
      const int64_t taps = window.taps();
      const float* kernel = weight + plane % conv.channels * taps;
      float turned[25];
      for (int64_t i = 0; i < taps; i++) turned[i] = kernel[taps - 1 - i];
      const DirectRows rows{h.outputs,
                            w.outputs,
                            dy + plane * window.out_size(),
                            turned,
                            0,
                            WindowActivation::kLinear,
                            first,
                            rest < DirectRows::kRows ? rest : DirectRows::kRows,
                            dx + plane * window.in_size() + first * window.w.in};
      rows.run();
    }
  });
}

}  // namespace
}  // namespace camada

/**
 * The gradient of a depthwise convolution's input, with `dz = dy * activation'(z)` where `y` is not null;
 * `dy` and `y [n, c * multiplier, ...out]`, `weight [c * multiplier, 1, ...kernel]`, `dx [n, c, ...in]`.
 */
CAMADA_EXPORT int32_t camada_depthwise_input_gradient(const double* fields, const float* dy, const float* y,
                                                      const float* weight, float* dx) {
  using namespace camada;
  Depthwise conv;
  if (!read_depthwise(fields, conv)) return kInvalid;
  if (conv.planes() == 0 || conv.in_size() == 0) return kOk;
  if (conv.activation == WindowActivation::kLinear) y = nullptr;
  if (conv.out_size() > 0 && y == nullptr && is_direct(conv) && !LaneConvolution::suits_short_rows(conv)) {
    backward_directly(conv, dy, weight, dx);
    return kOk;
  }
  if (conv.out_size() > 0 && LaneConvolution::pays(conv)) {
    return LaneConvolution::channels_first(conv).input_gradient(dy, y, weight, dx);
  }
  const Backward backward(conv);
  const int64_t all_taps = conv.multiplier * conv.window.taps();
  const int64_t scratch_size = round_up(backward.scratch_size() + 2 * all_taps, kLanes);
  const Scratch<float> scratch(scratch_size * thread_count());
  const Scratch<int64_t> offsets(all_taps * thread_count());
  if (scratch.get() == nullptr || offsets.get() == nullptr) return kOutOfMemory;
  const int64_t elements = divide_up(conv.window.h.in * conv.window.w.in, backward.strips);
  const int64_t grain = kChunkElements / elements > 0 ? kChunkElements / elements : 1;
  parallel_ranges(backward.items(), grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* own = scratch.get() + thread * scratch_size;
    int64_t* own_offsets = offsets.get() + thread * all_taps;
    float* taps = own + backward.scratch_size();
    for (int64_t item = begin; item < end; item++) backward.run(item, dy, y, weight, dx, own, own_offsets, taps);
  });
  return kOk;
}
