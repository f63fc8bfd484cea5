#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "parallel.h"
#include "spatial-simd.h"
#include "status.h"

namespace camada {
namespace {

/** Below so many chunks the images of a block are shared out as well. */
constexpr int64_t kEnoughChunks = 32;

/** What a row of outputs adds to the sums of taps. */
struct RowProducts {
  const float* source;
  int64_t source_step;
  const float* dz;
  int64_t count;
};

/** Adds `source[offsets[t]] * dz`, for every output of a row, to the vectors of `Count` sums. */
template <int Count>
inline void add_products(const RowProducts& row, const int64_t* offsets, float* sums) {
  Floats own[Count];
  for (int t = 0; t < Count; t++) own[t] = load(sums + t * kLanes);
  const float* from = row.source;
  for (int64_t i = 0; i < row.count; i++, from += row.source_step) {
    const Floats factor = load(row.dz + i * kLanes);
    for (int t = 0; t < Count; t++) own[t] = fma(load(from + offsets[t]), factor, own[t]);
  }
  for (int t = 0; t < Count; t++) store(sums + t * kLanes, own[t]);
}

void add_all_products(const RowProducts& row, const int64_t* offsets, int64_t taps, float* sums) {
  int64_t t = 0;
  for (; t + 9 <= taps; t += 9) add_products<9>(row, offsets + t, sums + t * kLanes);
  for (; t + 5 <= taps; t += 5) add_products<5>(row, offsets + t, sums + t * kLanes);
  for (; t < taps; t++) add_products<1>(row, offsets + t, sums + t * kLanes);
}

}  // namespace

int32_t LaneConvolution::weight_gradient(const float* in, const float* dy, const float* activated_y, float* dw,
                                         float* db) const {
  const Window& window = conv.window;
  const int64_t taps = window.taps();
  const int64_t rows = LaneBlock::rows_for(window.h, window.w);
  const LaneBlock block(window.h, window.w, rows);
  const WindowAxis own_h{window.h.out, window.h.out, 1, 1, 0, 1};
  const WindowAxis own_w{window.w.out, window.w.out, 1, 1, 0, 1};
  const LaneBlock outputs(own_h, own_w, rows);
  const int64_t strips = divide_up(window.h.out, rows);
  const int64_t images = divide_up(conv.n, divide_up(kEnoughChunks, blocks()));
  const int64_t parts = divide_up(conv.n, images);
  const int64_t sums_size = (taps + 1) * kLanes;
  const int64_t scratch_size = block.size() + 2 * outputs.size() + sums_size;
  const Scratch<float> scratch(scratch_size * thread_count());
  const Scratch<double> totals(parts * blocks() * sums_size);
  const Scratch<int64_t> offsets(taps);
  if (scratch.get() == nullptr || totals.get() == nullptr || offsets.get() == nullptr) return kOutOfMemory;
  for (int64_t t = 0; t < taps; t++) offsets.get()[t] = block.offset(t / window.w.kernel, t % window.w.kernel);
  parallel_for(parts * blocks(), [&](int64_t item, int32_t thread) {
    const int64_t part = item / blocks();
    const int64_t own = item - part * blocks();
    const int64_t present = channels_of(own);
    const int64_t channel = own * kLanes;
    double* total = totals.get() + item * sums_size;
    for (int64_t i = 0; i < sums_size; i++) total[i] = 0;
    float* packed = scratch.get() + thread * scratch_size;
    float* dz = packed + block.size();
    float* sums = dz + 2 * outputs.size();
    const int64_t last = (part + 1) * images < conv.n ? (part + 1) * images : conv.n;
    for (int64_t image = part * images; image < last; image++) {
      const float* x_image = in + image * conv.channels * window.in_size() + channel * x.channel_step;
      const int64_t y_image = image * conv.channels * window.out_size() + channel * y.channel_step;
      for (int64_t strip = 0; strip < strips; strip++) {
        const int64_t first = strip * rows;
        const int64_t count = window.h.out - first < rows ? window.h.out - first : rows;
        block.pack(x_image, x, present, first, count, packed);
        outputs.pack(dy + y_image, y, present, first, count, dz);
        if (activated_y != nullptr) {
          float* values = dz + outputs.size();
          outputs.pack(activated_y + y_image, y, present, first, count, values);
          undo_activation(conv.activation, dz, values, dz, count * window.w.out * kLanes);
        }
        // Sums of a strip in float32, their sum in double precision.
        fill_floats(sums, 0, sums_size);
        Floats bias{};
        for (int64_t row = 0; row < count; row++) {
          const float* own_dz = dz + row * window.w.out * kLanes;
          const float* source = packed + row * window.h.stride * block.columns * kLanes;
          add_all_products({source, window.w.stride * kLanes, own_dz, window.w.out}, offsets.get(), taps, sums);
          for (int64_t i = 0; i < window.w.out; i++) bias += load(own_dz + i * kLanes);
        }
        store(sums + taps * kLanes, bias);
        for (int64_t i = 0; i < sums_size; i++) total[i] += static_cast<double>(sums[i]);
      }
    }
  });
  for (int64_t c = 0; c < conv.channels; c++) {
    for (int64_t t = 0; t <= taps; t++) {
      double sum = 0;
      for (int64_t part = 0; part < parts; part++) {
        sum += totals.get()[(part * blocks() + c / kLanes) * sums_size + t * kLanes + c % kLanes];
      }
      if (t < taps) {
        dw[c * kernel.channel_step + t * kernel.tap_step] = static_cast<float>(sum);
      } else if (db != nullptr) {
        db[c] = static_cast<float>(sum);
      }
    }
  }
  return kOk;
}

}  // namespace camada
