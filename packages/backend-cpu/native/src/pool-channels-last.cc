// Pooling of tensors whose channels lie together, with the rules of TensorFlow.js: NaN is never a maximum, and an average
// counts real elements alone.
#include <initializer_list>
#include <limits>

#include "parallel.h"
#include "spatial-simd.h"
#include "status.h"
#include "window.h"

namespace camada {
namespace {

/** Channels of a chunk of work on gradients. */
constexpr int64_t kChannelBlock = 4 * kLanes;
/** Elements read in a chunk of work. */
constexpr int64_t kChunkElements = 65536;
constexpr float kNothing = -std::numeric_limits<float>::infinity();

struct ChannelsLastPool {
  int64_t n;
  int64_t channels;
  Window window;
  bool is_average;
  /** Whether the last of several maxima counts, not the first. */
  bool takes_last;
  /** Whether the place of a maximum counts from the batch's beginning, not from the image's. */
  bool counts_batch;
  /** What an average of nothing is divided by. */
  float least_count;

  int64_t in_size() const { return window.in_size() * channels; }
  int64_t out_size() const { return window.out_size() * channels; }
};

bool read_channels_last_pool(const double* fields, ChannelsLastPool& to) {
  const auto field = [fields](int index) { return static_cast<int64_t>(fields[index]); };
  const auto axis = [&field](int index) {
    return WindowAxis{field(2 + index), field(5 + index), field(8 + index), field(11 + index), field(14 + index), 1};
  };
  to.n = field(0);
  to.channels = field(1);
  to.window = {axis(0), axis(1), axis(2)};
  to.is_average = fields[17] != 0;
  to.takes_last = fields[18] != 0;
  to.counts_batch = fields[19] != 0;
  to.least_count = static_cast<float>(fields[20]);
  return to.n >= 0 && to.channels >= 0 && to.window.is_valid();
}

/** Real places of an axis that a window covers. */
struct Covered {
  int64_t begin;
  int64_t end;
  /** Tap of `begin`. */
  int64_t tap;

  Covered(const WindowAxis& axis, int64_t index) {
    const int64_t start = axis.place(index, 0);
    begin = start > 0 ? start : 0;
    end = start + axis.kernel < axis.in ? start + axis.kernel : axis.in;
    tap = begin - start;
  }
};

/** The window of one output. */
struct Box {
  Covered d;
  Covered h;
  Covered w;

  Box(const Window& window, int64_t o)
      : d(window.d, o / window.w.out / window.h.out),
        h(window.h, o / window.w.out % window.h.out),
        w(window.w, o % window.w.out) {}

  /** Calls `work(place, tap)` for all elements, row-major; a place is a pixel of the input. */
  template <class Work>
  void each(const Window& window, Work&& work) const {
    for (int64_t id = d.begin; id < d.end; id++) {
      for (int64_t ih = h.begin; ih < h.end; ih++) {
        const int64_t row = (id * window.h.in + ih) * window.w.in;
        const int64_t tap = ((id - d.begin + d.tap) * window.h.kernel + ih - h.begin + h.tap) * window.w.kernel + w.tap;
        for (int64_t iw = w.begin; iw < w.end; iw++) work(row + iw, tap + iw - w.begin);
      }
    }
  }

  int64_t count() const {
    const int64_t sizes[] = {d.end - d.begin, h.end - h.begin, w.end - w.begin};
    for (const int64_t size : sizes) if (size <= 0) return 0;
    return sizes[0] * sizes[1] * sizes[2];
  }
};

void pool_output(const ChannelsLastPool& pool, const float* x, int64_t image, int64_t o, float* y, int32_t* places) {
  const Box box(pool.window, o);
  const float* from = x + image * pool.in_size();
  const int64_t at = image * pool.out_size() + o * pool.channels;
  const float count = static_cast<float>(box.count());
  const Floats divisor = splat(count < pool.least_count ? pool.least_count : count);
  const int64_t base = pool.counts_batch ? image * pool.in_size() : 0;
  for (int64_t c = 0; c < pool.channels; c += kLanes) {
    const LaneSpan lanes(0, pool.channels - c);
    if (pool.is_average) {
      Floats sum{};
      box.each(pool.window, [&](int64_t place, int64_t) { sum += load_span(from + place * pool.channels + c, lanes); });
      store_span(y + at + c, sum / divisor, lanes);
      continue;
    }
    Floats best = splat(kNothing);
    if (places == nullptr) {
      box.each(pool.window, [&](int64_t place, int64_t) {
        const Floats value = load_span(from + place * pool.channels + c, lanes);
        best = select(value > best, value, best);
      });
    } else {
      Ints best_place = Ints{} - 1;
      box.each(pool.window, [&](int64_t place, int64_t) {
        const Floats value = load_span(from + place * pool.channels + c, lanes);
        const Ints is_better = value > best;
        best = select(is_better, value, best);
        best_place = is_better ? Ints{} + static_cast<int32_t>(base + place * pool.channels + c) : best_place;
      });
      for (int64_t lane = 0; lane < lanes.end; lane++) {
        const int32_t place = best_place[lane];
        places[at + c + lane] = place < 0 ? place : place + static_cast<int32_t>(lane);
      }
    }
    store_span(y + at + c, best, lanes);
  }
}

/** Adds one output's gradient, of a vector of channels, to where it belongs. */
void spread_output(const ChannelsLastPool& pool, Floats dy, int64_t o, const float* x, float* dx, LaneSpan lanes) {
  const Box box(pool.window, o);
  const auto add = [&](int64_t place, Floats value) {
    float* to = dx + place * pool.channels;
    store_span(to, load_span(to, lanes) + value, lanes);
  };
  if (pool.is_average) {
    const Floats share = dy * splat(1.0f / static_cast<float>(pool.window.taps()));
    box.each(pool.window, [&](int64_t place, int64_t) { add(place, share); });
    return;
  }
  Floats best = splat(kNothing);
  Ints best_tap = Ints{} - 1;
  box.each(pool.window, [&](int64_t place, int64_t tap) {
    const Floats value = load_span(x + place * pool.channels, lanes);
    const Ints is_better = pool.takes_last ? value >= best : value > best;
    best = select(is_better, value, best);
    best_tap = is_better ? Ints{} + static_cast<int32_t>(tap) : best_tap;
  });
  box.each(pool.window, [&](int64_t place, int64_t tap) {
    add(place, select(best_tap == Ints{} + static_cast<int32_t>(tap), dy, Floats{}));
  });
}

}  // namespace
}  // namespace camada

/**
 * Maxima or averages of windows; `x [n, ...in, c]`, `y [n, ...out, c]`, `places` null or int32 like `y`: where the
 * maximum stands among the elements of the image, -1 for none. `fields`: n, c, three axes each of input, output, kernel,
 * strides, padding before, then: average, last maximum, places of the batch, least count.
 */
CAMADA_EXPORT int32_t camada_pool_channels_last(const double* fields, const float* x, float* y, int32_t* places) {
  using namespace camada;
  ChannelsLastPool pool;
  if (!read_channels_last_pool(fields, pool)) return kInvalid;
  const int64_t outputs = pool.window.out_size();
  if (pool.n == 0 || pool.channels == 0 || outputs == 0) return kOk;
  const int64_t grain = kChunkElements / (pool.channels * pool.window.taps()) + 1;
  parallel_ranges(pool.n * outputs, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t item = begin; item < end; item++) {
      const int64_t image = item / outputs;
      pool_output(pool, x, image, item - image * outputs, y, places);
    }
  });
  return kOk;
}

/** The gradient of the input; `dy [n, ...out, c]`, `x [n, ...in, c]` (null for averages), `dx [n, ...in, c]`. */
CAMADA_EXPORT int32_t camada_pool_channels_last_gradient(const double* fields, const float* dy, const float* x,
                                                         float* dx) {
  using namespace camada;
  ChannelsLastPool pool;
  if (!read_channels_last_pool(fields, pool)) return kInvalid;
  if (pool.n == 0 || pool.channels == 0) return kOk;
  const int64_t blocks = divide_up(pool.channels, kChannelBlock);
  parallel_for(pool.n * blocks, [&](int64_t item, int32_t) {
    const int64_t image = item / blocks;
    const int64_t first = (item - image * blocks) * kChannelBlock;
    const int64_t size = pool.channels - first < kChannelBlock ? pool.channels - first : kChannelBlock;
    float* own = dx + image * pool.in_size() + first;
    for (int64_t pixel = 0; pixel < pool.window.in_size(); pixel++) fill_floats(own + pixel * pool.channels, 0, size);
    for (int64_t o = 0; o < pool.window.out_size(); o++) {
      const float* from = dy + image * pool.out_size() + o * pool.channels + first;
      for (int64_t c = 0; c < size; c += kLanes) {
        const LaneSpan lanes(0, size - c);
        const float* values = x == nullptr ? nullptr : x + image * pool.in_size() + first + c;
        spread_output(pool, load_span(from + c, lanes), o, values, own + c, lanes);
      }
    }
  });
  return kOk;
}
