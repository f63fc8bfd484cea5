#include <limits>

#include "buffer-pool.h"
#include "parallel.h"
#include "pool-rows.h"
#include "pool.h"
#include "status.h"
#include "strip.h"

namespace camada {
namespace {

constexpr float kNothing = -std::numeric_limits<float>::infinity();
/** The maximum of a window without a real element. */
constexpr float kLowest = std::numeric_limits<float>::lowest();
constexpr int64_t kChunkOutputs = 32768;

/** Windows cut into strips: some output rows of one output slice of one plane. */
struct MaxPool {
  const Pool& pool;
  const Strip strip;
  const int64_t strips;
  const int64_t* offsets;
  /** Whether some window of an axis lies in the padding alone. */
  const bool has_empty;

  MaxPool(const Pool& pool, int64_t rows, const int64_t* offsets)
      : pool(pool),
        strip(pool.window.h, pool.window.w, pool.window.d.kernel, rows),
        strips(divide_up(pool.window.h.out, rows)),
        offsets(offsets),
        has_empty(has_empty_window(pool.window.d) || has_empty_window(pool.window.h) ||
                  has_empty_window(pool.window.w)) {}

  static bool is_empty(const WindowAxis& axis, int64_t index) {
    return axis.place(index, axis.kernel - 1) < 0 || axis.place(index, 0) >= axis.in;
  }

  static bool has_empty_window(const WindowAxis& axis) {
    return axis.out > 0 && (is_empty(axis, 0) || is_empty(axis, axis.out - 1));
  }

  struct Place {
    int64_t plane;
    int64_t slice;
    int64_t first;
    int64_t count;
  };

  Place place_of(int64_t item) const {
    const int64_t slices = divide(item, strips);
    const int64_t plane = divide(slices, pool.window.d.out);
    const int64_t first = (item - slices * strips) * strip.rows;
    const int64_t rest = pool.window.h.out - first;
    return {plane, slices - plane * pool.window.d.out, first, rest < strip.rows ? rest : strip.rows};
  }

  int64_t output_of(const Place& place) const {
    const Window& window = pool.window;
    return ((place.plane * window.d.out + place.slice) * window.h.out + place.first) * window.w.out;
  }

  void gather(const Place& place, const float* x, float* to) const {
    const Window& window = pool.window;
    for (int64_t tap = 0; tap < window.d.kernel; tap++) {
      const int64_t from = window.d.place(place.slice, tap);
      const bool is_real = from >= 0 && from < window.d.in;
      const float* plane = is_real ? x + (place.plane * window.d.in + from) * window.h.in * window.w.in : nullptr;
      strip.gather(to, tap, plane, place.first, place.count, kNothing);
    }
  }

  void maxima(const float* from, int64_t count, float* to) const {
    for (int64_t o = 0; o < count; o += 2 * kLanes) {
      Floats best[2] = {load(from + offsets[0] + o), load(from + offsets[0] + o + kLanes)};
      for (int64_t t = 1; t < pool.window.taps(); t++) {
        const float* at = from + offsets[t] + o;
        for (int v = 0; v < 2; v++) {
          const Floats x = load(at + v * kLanes);
          // NaN counts as a maximum, so that it is not lost.
          best[v] = select((x > best[v]) | (x != x), x, best[v]);
        }
      }
      store(to + o, best[0]);
      store(to + o + kLanes, best[1]);
    }
  }

  void write(const float* from, const Place& place, float* to) const {
    const Window& window = pool.window;
    const int64_t columns = window.w.out;
    for (int64_t i = 0; i < columns; i += kLanes) {
      const LaneSpan lanes(0, columns - i);
      for (int64_t row = 0; row < place.count; row++) {
        store_span(to + row * columns + i, load(from + row * strip.pitch + i), lanes);
      }
    }
    if (!has_empty) return;
    for (int64_t row = 0; row < place.count; row++) {
      const bool is_empty_row = is_empty(window.d, place.slice) || is_empty(window.h, place.first + row);
      for (int64_t i = 0; i < columns; i++) {
        if (is_empty_row || is_empty(window.w, i)) to[row * columns + i] = kLowest;
      }
    }
  }

  /** Number of the tap that is the first maximum of each window; -1 where all are minus infinity. */
  void first_maxima(const float* from, int64_t count, int32_t* to) const {
    for (int64_t o = 0; o < count; o += kLanes) {
      Floats best = splat(kNothing);
      Ints place = Ints{} - 1;
      for (int64_t t = 0; t < pool.window.taps(); t++) {
        const Floats x = load(from + offsets[t] + o);
        const Ints is_better = (x > best) | ((x != x) & (best == best));
        best = select(is_better, x, best);
        place = is_better ? Ints{} + static_cast<int32_t>(t) : place;
      }
      *reinterpret_cast<UnalignedInts*>(to + o) = place;
    }
  }

  /** Windows of minus infinities give their gradient to the first real element. */
  void mend(const Place& place, int32_t* taps) const {
    const Window& window = pool.window;
    for (int64_t row = 0; row < place.count; row++) {
      for (int64_t i = 0; i < window.w.out; i++) {
        int32_t& tap = taps[row * strip.pitch + i];
        if (tap < 0) tap = first_real(place.slice, place.first + row, i);
      }
    }
  }

  /** Adds `dy` to the places of the maxima in a strip that starts from zeros. */
  void spread(const float* dy, const int32_t* places, int64_t count, float* dx) const {
    for (int64_t t = 0; t < pool.window.taps(); t++) {
      float* to = dx + offsets[t];
      const Ints tap = Ints{} + static_cast<int32_t>(t);
      for (int64_t o = 0; o < count; o += kLanes) {
        const Ints place = *reinterpret_cast<const UnalignedInts*>(places + o);
        store(to + o, load(to + o) + select(place == tap, load(dy + o), Floats{}));
      }
    }
  }

 private:
  static int64_t first_real_tap(const WindowAxis& axis, int64_t index) {
    const int64_t start = axis.place(index, 0);
    return start < 0 ? -start : 0;
  }

  int32_t first_real(int64_t d, int64_t h, int64_t w) const {
    const Window& window = pool.window;
    if (is_empty(window.d, d) || is_empty(window.h, h) || is_empty(window.w, w)) return -1;
    const int64_t tap = (first_real_tap(window.d, d) * window.h.kernel + first_real_tap(window.h, h)) * window.w.kernel;
    return static_cast<int32_t>(tap + first_real_tap(window.w, w));
  }
};

/** Layout of an array of outputs with the columns between rows. */
Strip outputs_of(const Strip& strip) {
  const auto itself = [](int64_t size) { return WindowAxis{size, size, 1, 1, 0, 1}; };
  Strip outputs(itself(strip.h.out), itself(strip.w.out), 1, strip.rows);
  outputs.pitch = strip.pitch;
  return outputs;
}

/** The gradient of one plane's input, strip after strip. */
void plane_gradient(const MaxPool& max, const Strip& outputs, int64_t plane, const float* dy, const float* x, float* dx,
                    float* scratch) {
  const Window& window = max.pool.window;
  float* x_strip = scratch;
  float* dx_strip = x_strip + max.strip.size();
  float* dy_strip = dx_strip + max.strip.size();
  auto* places = reinterpret_cast<int32_t*>(dy_strip + outputs.output_size());
  fill_floats(dx + plane * window.in_size(), 0, window.in_size());
  const int64_t items = window.d.out * max.strips;
  for (int64_t item = plane * items; item < (plane + 1) * items; item++) {
    const MaxPool::Place place = max.place_of(item);
    const int64_t count = max.strip.flat_size(place.count);
    max.gather(place, x, x_strip);
    outputs.gather(dy_strip, 0, dy + max.output_of(place), place.first, place.count, 0, place.first);
    // The last vector of outputs reaches beyond them.
    fill_floats(dy_strip + count, 0, kLanes);
    fill_floats(dx_strip, 0, max.strip.size());
    max.first_maxima(x_strip, count, places);
    max.mend(place, places);
    max.spread(dy_strip, places, count, dx_strip);
    for (int64_t tap = 0; tap < window.d.kernel; tap++) {
      const int64_t from = window.d.place(place.slice, tap);
      if (from < 0 || from >= window.d.in) continue;
      float* to = dx + (plane * window.d.in + from) * window.h.in * window.w.in;
      max.strip.scatter(dx_strip, tap, to, place.first, place.count, true);
    }
  }
}

}  // namespace
}  // namespace camada

/** Maxima of windows; `x [planes, ...in]`, `y [planes, ...out]`. For `fields` see `read_pool`. */
CAMADA_EXPORT int32_t camada_max_pool(const double* fields, const float* x, float* y) {
  using namespace camada;
  Pool pool;
  if (!read_pool(fields, pool)) return kInvalid;
  const Window& window = pool.window;
  if (pool.planes == 0 || window.out_size() == 0) return kOk;
  if (pools_by_rows(window)) return max_pool_rows(pool, x, y);
  const Scratch<int64_t> offsets(window.taps());
  if (offsets.get() == nullptr) return kOutOfMemory;
  const MaxPool max(pool, Strip::rows_for(window.h, window.w, window.d.kernel), offsets.get());
  max.strip.all_offsets(offsets.get());
  const int64_t scratch_size = round_up(max.strip.size() + max.strip.output_size(), kLanes);
  const Scratch<float> scratch(scratch_size * thread_count());
  if (scratch.get() == nullptr) return kOutOfMemory;
  const int64_t grain = kChunkOutputs / (max.strip.rows * window.w.out) + 1;
  parallel_ranges(pool.planes * window.d.out * max.strips, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* strip = scratch.get() + thread * scratch_size;
    float* flat = strip + max.strip.size();
    for (int64_t item = begin; item < end; item++) {
      const MaxPool::Place place = max.place_of(item);
      max.gather(place, x, strip);
      max.maxima(strip, max.strip.flat_size(place.count), flat);
      max.write(flat, place, y + max.output_of(place));
    }
  });
  return kOk;
}

/** The gradient of `camada_max_pool`'s input: the first maximum of a window, row-major, receives it. */
CAMADA_EXPORT int32_t camada_max_pool_gradient(const double* fields, const float* dy, const float* x, float* dx) {
  using namespace camada;
  Pool pool;
  if (!read_pool(fields, pool)) return kInvalid;
  const Window& window = pool.window;
  if (pool.planes == 0 || window.in_size() == 0) return kOk;
  // Rows much narrower than a vector go faster several at a time.
  if (pools_by_rows(window) && 2 * window.w.out > kLanes) return max_pool_rows_gradient(pool, dy, x, dx);
  const Scratch<int64_t> offsets(window.taps());
  if (offsets.get() == nullptr) return kOutOfMemory;
  const MaxPool max(pool, Strip::rows_for(window.h, window.w, 2 * window.d.kernel), offsets.get());
  max.strip.all_offsets(offsets.get());
  const Strip outputs = outputs_of(max.strip);
  const int64_t scratch_size = round_up(2 * (max.strip.size() + outputs.output_size()), kLanes);
  const Scratch<float> scratch(scratch_size * thread_count());
  if (scratch.get() == nullptr) return kOutOfMemory;
  const int64_t grain = kChunkOutputs / window.in_size() + 1;
  parallel_ranges(pool.planes, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    for (int64_t plane = begin; plane < end; plane++) {
      plane_gradient(max, outputs, plane, dy, x, dx, scratch.get() + thread * scratch_size);
    }
  });
  return kOk;
}
