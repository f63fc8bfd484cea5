#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "parallel.h"
#include "status.h"
#include "strip.h"

namespace camada {
namespace {

/** Below so many channels the images of a channel are shared out as well. */
constexpr int64_t kEnoughChunks = 16;
/** Outputs of a chunk of work. */
constexpr int64_t kChunkOutputs = 65536;
constexpr int64_t kBatchFloats = 4096;

/** Adds `source[offsets[t] + o] * dz[o]`, summed over `o < count`, to the lanes of `Count` sums. */
template <int Count>
inline void add_products(const float* source, const int64_t* offsets, const float* dz, int64_t count, float* sums) {
  Floats own[Count];
  const float* from[Count];
  for (int t = 0; t < Count; t++) {
    own[t] = load(sums + t * kLanes);
    from[t] = source + offsets[t];
  }
  for (int64_t o = 0; o < count; o += kLanes) {
    const Floats factor = load(dz + o);
    for (int t = 0; t < Count; t++) own[t] = fma(load(from[t] + o), factor, own[t]);
  }
  for (int t = 0; t < Count; t++) store(sums + t * kLanes, own[t]);
}

void add_all_products(const float* source, const int64_t* offsets, int64_t taps, const float* dz, int64_t count,
                      float* sums) {
  int64_t t = 0;
  for (; t + 9 <= taps; t += 9) add_products<9>(source, offsets + t, dz, count, sums + t * kLanes);
  for (; t + 4 <= taps; t += 4) add_products<4>(source, offsets + t, dz, count, sums + t * kLanes);
  for (; t < taps; t++) add_products<1>(source, offsets + t, dz, count, sums + t * kLanes);
}

void add_lanes(const float* dz, int64_t count, float* sums) {
  Floats own = load(sums);
  for (int64_t o = 0; o < count; o += kLanes) own += load(dz + o);
  store(sums, own);
}

/** The gradients of weight and bias: for each channel, a strip of `x` and the outputs' gradients that belong to it. */
struct WeightGradient {
  const Depthwise& conv;
  const float* x;
  const float* dy;
  const float* y;
  const Strip inputs;
  Strip outputs;
  const int64_t strips;
  const int64_t* offsets;
  /** Images that one chunk sums over. */
  int64_t images;

  WeightGradient(const Depthwise& conv, const float* x, const float* dy, const float* y, const int64_t* offsets)
      : conv(conv),
        x(x),
        dy(dy),
        y(y),
        inputs(conv.window.h, conv.window.w, conv.window.d.kernel,
               Strip::rows_for(conv.window.h, conv.window.w, conv.window.d.kernel)),
        outputs(itself(conv.window.h.out), itself(conv.window.w.out), 1, inputs.rows),
        strips(divide_up(conv.window.h.out, inputs.rows)),
        offsets(offsets) {
    outputs.pitch = inputs.pitch;
    const int64_t parts = divide_up(kEnoughChunks, conv.channels);
    images = divide_up(conv.n, parts);
  }

  static WindowAxis itself(int64_t size) { return {size, size, 1, 1, 0, 1}; }

  int64_t parts() const { return divide_up(conv.n, images); }
  /** Sums of one kernel: its taps and its bias. */
  int64_t sums() const { return conv.window.taps() + 1; }
  int64_t item_size() const { return inputs.size() + conv.multiplier * outputs.output_size(); }
  int64_t batch() const { return kBatchFloats / item_size() > 0 ? kBatchFloats / item_size() : 1; }
  int64_t undone_size() const { return round_up(inputs.rows * conv.window.w.out, kLanes); }
  int64_t sums_size() const { return conv.multiplier * sums() * kLanes; }
  int64_t scratch_size() const { return batch() * item_size() + undone_size() + sums_size(); }

  /** Sums of one channel over the images of one part, `[multiplier, sums()]`. */
  void run(int64_t channel, int64_t part, float* scratch, double* to) const {
    float* undone = scratch + batch() * item_size();
    float* lanes = undone + undone_size();
    fill_floats(lanes, 0, sums_size());
    const int64_t begin = part * images;
    const int64_t end = begin + images < conv.n ? begin + images : conv.n;
    const int64_t per_image = conv.window.d.out * strips;
    const int64_t items = (end - begin) * per_image;
    for (int64_t first = 0; first < items; first += batch()) {
      const int64_t last = first + batch() < items ? first + batch() : items;
      for (int64_t item = first; item < last; item++) {
        const int64_t image = divide(item, per_image);
        gather(begin + image, channel, item - image * per_image, scratch + (item - first) * item_size(), undone);
      }
      for (int64_t item = first; item < last; item++) {
        const float* strip = scratch + (item - first) * item_size();
        const int64_t count = inputs.flat_size(rows_of(item - divide(item, per_image) * per_image));
        for (int64_t k = 0; k < conv.multiplier; k++) {
          const float* dz = strip + inputs.size() + k * outputs.output_size();
          float* own = lanes + k * sums() * kLanes;
          add_all_products(strip, offsets, conv.window.taps(), dz, count, own);
          add_lanes(dz, count, own + conv.window.taps() * kLanes);
        }
      }
    }
    for (int64_t i = 0; i < conv.multiplier * sums(); i++) to[i] = sum_of_lanes(load(lanes + i * kLanes));
  }

 private:
  int64_t first_of(int64_t item) const { return (item - divide(item, strips) * strips) * inputs.rows; }
  int64_t rows_of(int64_t item) const {
    const int64_t rest = conv.window.h.out - first_of(item);
    return rest < inputs.rows ? rest : inputs.rows;
  }

  void gather(int64_t image, int64_t channel, int64_t item, float* scratch, float* undone) const {
    const Window& window = conv.window;
    const int64_t slice = divide(item, strips);
    const int64_t first = first_of(item);
    const int64_t count = rows_of(item);
    const int64_t plane = image * conv.channels + channel;
    for (int64_t tap = 0; tap < window.d.kernel; tap++) {
      const int64_t from = window.d.place(slice, tap);
      const bool is_real = from >= 0 && from < window.d.in;
      const float* source = is_real ? x + (plane * window.d.in + from) * window.h.in * window.w.in : nullptr;
      inputs.gather(scratch, tap, source, first, count, 0);
    }
    for (int64_t k = 0; k < conv.multiplier; k++) {
      const int64_t row = ((plane * conv.multiplier + k) * window.d.out + slice) * window.h.out + first;
      const float* source = dy + row * window.w.out;
      if (y != nullptr) {
        undo_activation(conv.activation, source, y + row * window.w.out, undone, count * window.w.out);
        source = undone;
      }
      float* dz = scratch + inputs.size() + k * outputs.output_size();
      outputs.gather(dz, 0, source, first, count, 0, first);
      // The last vector of outputs reaches beyond them.
      fill_floats(dz + inputs.flat_size(count), 0, kLanes);
    }
  }
};

}  // namespace
}  // namespace camada

/**
 * The gradients of a depthwise convolution's weight and, where `db` is not null, of its bias, with
 * `dz = dy * activation'(z)` where `y` is not null; `x [n, c, ...in]`, `dy` and `y [n, c * multiplier, ...out]`,
 * `dw [c * multiplier, 1, ...kernel]`, `db [c * multiplier]`.
 */
CAMADA_EXPORT int32_t camada_depthwise_weight_gradient(const double* fields, const float* x, const float* dy,
                                                       const float* y, float* dw, float* db) {
  using namespace camada;
  Depthwise conv;
  if (!read_depthwise(fields, conv)) return kInvalid;
  const Window& window = conv.window;
  const int64_t taps = window.taps();
  const int64_t kernels = conv.channels * conv.multiplier;
  if (kernels == 0) return kOk;
  if (conv.n == 0 || conv.out_size() == 0) {
    fill_floats(dw, 0, kernels * taps);
    if (db != nullptr) fill_floats(db, 0, kernels);
    return kOk;
  }
  if (conv.activation == WindowActivation::kLinear) y = nullptr;
  if (conv.in_size() > 0 && LaneConvolution::pays(conv)) {
    return LaneConvolution::channels_first(conv).weight_gradient(x, dy, y, dw, db);
  }
  const Scratch<int64_t> offsets(taps);
  if (offsets.get() == nullptr) return kOutOfMemory;
  const WeightGradient gradient(conv, x, dy, y, offsets.get());
  gradient.inputs.all_offsets(offsets.get());
  const int64_t parts = gradient.parts();
  const int64_t own_sums = conv.multiplier * gradient.sums();
  const Scratch<double> sums(parts * conv.channels * own_sums);
  const int64_t scratch_size = round_up(gradient.scratch_size(), kLanes);
  const Scratch<float> scratch(scratch_size * thread_count());
  if (sums.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  // Places that no tap reads for a real output are multiplied by zeros: they must be numbers.
  fill_floats(scratch.get(), 0, scratch_size * thread_count());
  const int64_t outputs = gradient.images * conv.out_size() * conv.multiplier;
  const int64_t grain = kChunkOutputs / outputs > 0 ? kChunkOutputs / outputs : 1;
  parallel_ranges(parts * conv.channels, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    for (int64_t item = begin; item < end; item++) {
      const int64_t part = item / conv.channels;
      gradient.run(item % conv.channels, part, scratch.get() + thread * scratch_size, sums.get() + item * own_sums);
    }
  });
  for (int64_t kernel = 0; kernel < kernels; kernel++) {
    for (int64_t t = 0; t <= taps; t++) {
      double sum = 0;
      for (int64_t part = 0; part < parts; part++) sum += sums.get()[(part * kernels + kernel) * (taps + 1) + t];
      if (t < taps) {
        dw[kernel * taps + t] = static_cast<float>(sum);
      } else if (db != nullptr) {
        db[kernel] = static_cast<float>(sum);
      }
    }
  }
  return kOk;
}
