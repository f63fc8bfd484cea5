#include "buffer-pool.h"
#include "depthwise-lanes.h"
#include "direct-rows.h"
#include "parallel.h"
#include "status.h"
#include "strip.h"
#include "tap-sum.h"

namespace camada {
namespace {

/** Outputs of a chunk of work. */
constexpr int64_t kChunkOutputs = 32768;
/** Floats of the strips that are worked on together. */
constexpr int64_t kBatchFloats = 4096;
constexpr int64_t kMostAtOnce = 16;

/** A convolution cut into strips: some output rows of one output slice of one plane of `x`. */
struct Forward {
  const Depthwise& conv;
  const Strip strip;
  const int64_t strips;
  const float* x;
  const float* weight;
  const float* bias;
  float* y;

  Forward(const Depthwise& conv, const float* x, const float* weight, const float* bias, float* y)
      : conv(conv),
        strip(conv.window.h, conv.window.w, conv.window.d.kernel,
              Strip::rows_for(conv.window.h, conv.window.w, conv.window.d.kernel)),
        strips(divide_up(conv.window.h.out, strip.rows)),
        x(x),
        weight(weight),
        bias(bias),
        y(y) {}

  int64_t items() const { return conv.planes() * conv.window.d.out * strips; }
  /** Strips at a time: reading right after writing something of another width stalls, so that small ones take turns. */
  int64_t batch() const {
    const int64_t count = kBatchFloats / item_size();
    return count < 1 ? 1 : (count < kMostAtOnce ? count : kMostAtOnce);
  }
  int64_t item_size() const { return strip.size() + strip.output_size(); }

  void run(int64_t begin, int64_t end, const int64_t* offsets, float* scratch) const {
    const int64_t size = item_size();
    Place places[kMostAtOnce];
    const int64_t count = end - begin;
    for (int64_t i = 0; i < count; i++) {
      places[i] = place_of(begin + i);
      gather(places[i], scratch + i * size);
    }
    for (int64_t k = 0; k < conv.multiplier; k++) {
      for (int64_t i = 0; i < count; i++) sum(places[i], k, offsets, scratch + i * size);
      for (int64_t i = 0; i < count; i++) write(scratch + i * size + strip.size(), places[i].count, output(places[i], k));
    }
  }

 private:
  struct Place {
    int64_t plane;
    int64_t slice;
    /** Output rows. */
    int64_t first;
    int64_t count;
  };

  Place place_of(int64_t item) const {
    const int64_t slices = divide(item, strips);
    const int64_t plane = divide(slices, conv.window.d.out);
    const int64_t first = (item - slices * strips) * strip.rows;
    const int64_t rest = conv.window.h.out - first;
    return {plane, slices - plane * conv.window.d.out, first, rest < strip.rows ? rest : strip.rows};
  }

  float* output(const Place& place, int64_t k) const {
    const Window& window = conv.window;
    return y + (((place.plane * conv.multiplier + k) * window.d.out + place.slice) * window.h.out + place.first) *
                   window.w.out;
  }

  void gather(const Place& place, float* scratch) const {
    const Window& window = conv.window;
    for (int64_t tap = 0; tap < window.d.kernel; tap++) {
      const int64_t from = window.d.place(place.slice, tap);
      const bool is_real = from >= 0 && from < window.d.in;
      const float* source = is_real ? x + (place.plane * window.d.in + from) * window.h.in * window.w.in : nullptr;
      strip.gather(scratch, tap, source, place.first, place.count, 0);
    }
  }

  void sum(const Place& place, int64_t k, const int64_t* offsets, float* scratch) const {
    const Window& window = conv.window;
    const int64_t channel = place.plane % conv.channels * conv.multiplier + k;
    const float* kernel = weight + channel * window.taps();
    const float shift = bias == nullptr ? 0.0f : bias[channel];
    tap_sum(scratch, offsets, kernel, window.taps(), strip.flat_size(place.count), shift, scratch + strip.size());
  }

  void write(const float* flat, int64_t rows, float* to) const {
    const int64_t columns = conv.window.w.out;
    for (int64_t i = 0; i < columns; i += kLanes) {
      const LaneSpan lanes(0, columns - i);
      for (int64_t row = 0; row < rows; row++) {
        store_span(to + row * columns + i, activated(conv.activation, load(flat + row * strip.pitch + i)), lanes);
      }
    }
  }
};

/** Whether planes need no strips. */
bool is_direct(const Depthwise& conv) {
  const WindowAxis& d = conv.window.d;
  return d.in == 1 && d.out == 1 && d.kernel == 1 && d.pad == 0 && DirectRows::has_form(conv.window.h, conv.window.w);
}

void forward_directly(const Depthwise& conv, const float* x, const float* weight, const float* bias, float* y) {
  const Window& window = conv.window;
  const int64_t strips = divide_up(window.h.out, DirectRows::kRows);
  const int64_t grain = kChunkOutputs / (divide_up(window.h.out, strips) * window.w.out) + 1;
  parallel_ranges(conv.planes() * conv.multiplier * strips, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t item = begin; item < end; item++) {
      const int64_t out_plane = divide(item, strips);
      const int64_t first = (item - out_plane * strips) * DirectRows::kRows;
      const int64_t rest = window.h.out - first;
      const int64_t channel = out_plane % (conv.channels * conv.multiplier);
      const DirectRows rows{window.h,
                            window.w,
                            x + divide(out_plane, conv.multiplier) * window.in_size(),
                            weight + channel * window.taps(),
                            bias == nullptr ? 0.0f : bias[channel],
                            conv.activation,
                            first,
                            rest < DirectRows::kRows ? rest : DirectRows::kRows,
                            y + out_plane * window.out_size() + first * window.w.out};
      rows.run();
    }
  });
}

}  // namespace
}  // namespace camada

/**
 * `y = activation(x * weight + bias)`; `x [n, c, ...in]`, `weight [c * multiplier, 1, ...kernel]`,
 * `bias [c * multiplier]` or null, `y [n, c * multiplier, ...out]`. For `fields` see `read_depthwise`.
 */
CAMADA_EXPORT int32_t camada_depthwise_convolution(const double* fields, const float* x, const float* weight,
                                                   const float* bias, float* y) {
  using namespace camada;
  Depthwise conv;
  if (!read_depthwise(fields, conv)) return kInvalid;
  if (conv.planes() == 0 || conv.out_size() == 0) return kOk;
  if (is_direct(conv) && !LaneConvolution::suits_short_rows(conv)) {
    forward_directly(conv, x, weight, bias, y);
    return kOk;
  }
  if (LaneConvolution::pays(conv)) return LaneConvolution::channels_first(conv).forward(x, weight, bias, y);
  const Forward forward(conv, x, weight, bias, y);
  const Window& window = conv.window;
  const Scratch<int64_t> offsets(window.taps());
  const int64_t scratch_size = round_up(forward.item_size(), kLanes) * forward.batch();
  const Scratch<float> scratch(scratch_size * thread_count());
  if (offsets.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  forward.strip.all_offsets(offsets.get());
  const int64_t batch = forward.batch();
  const int64_t outputs = forward.strip.rows * window.w.out * conv.multiplier;
  const int64_t grain = kChunkOutputs / outputs > 0 ? kChunkOutputs / outputs : 1;
  parallel_ranges(forward.items(), grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* own = scratch.get() + thread * scratch_size;
    for (int64_t item = begin; item < end; item += batch) {
      forward.run(item, item + batch < end ? item + batch : end, offsets.get(), own);
    }
  });
  return kOk;
}
