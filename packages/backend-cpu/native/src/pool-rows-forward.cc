#include <limits>

#include "buffer-pool.h"
#include "parallel.h"
#include "pool-rows.h"
#include "status.h"

namespace camada {
namespace {

constexpr int64_t kChunkElements = 65536;

/** NaN counts as a maximum, so that it is not lost. */
struct Maximum {
  static constexpr float kPadding = -std::numeric_limits<float>::infinity();
  static Floats combine(Floats best, Floats x) { return select((x > best) | (x != x), x, best); }
};

struct Sum {
  static constexpr float kPadding = 0;
  static Floats combine(Floats sum, Floats x) { return sum + x; }
};

/** Combines `Rows` rows, `step` floats apart, into the row `to`. */
template <class Kind, int Rows>
inline void combine_rows(const float* from, int64_t step, int64_t columns, float* to) {
  int64_t i = 0;
  for (; i + kLanes <= columns; i += kLanes) {
    Floats value = load(from + i);
    for (int r = 1; r < Rows; r++) value = Kind::combine(value, load(from + r * step + i));
    store(to + i, value);
  }
  if (i == columns) return;
  const LaneSpan rest(0, columns - i);
  Floats value = load_span(from + i, rest, Kind::kPadding);
  for (int r = 1; r < Rows; r++) value = Kind::combine(value, load_span(from + r * step + i, rest, Kind::kPadding));
  store(to + i, value);
}

template <class Kind>
inline void combine_rows(int64_t rows, const float* from, int64_t step, int64_t columns, float* to) {
  if (rows == 1) return combine_rows<Kind, 1>(from, step, columns, to);
  if (rows == 2) return combine_rows<Kind, 2>(from, step, columns, to);
  combine_rows<Kind, 3>(from, step, columns, to);
}

/** A vector of windows of two by two elements from `from` on, where `rest` columns are left. */
template <class Kind>
inline Floats combine_squares(const float* from, int64_t step, int64_t rest) {
  const LaneSpan low(0, rest);
  const LaneSpan high(0, rest - kLanes);
  const auto column = [=](const float* at, LaneSpan lanes) {
    return Kind::combine(load_span(at, lanes, Kind::kPadding), load_span(at + step, lanes, Kind::kPadding));
  };
  const Floats a = column(from, low);
  const Floats b = column(from + kLanes, high);
  return Kind::combine(even_lanes(a, b), odd_lanes(a, b));
}

/** Pools all rows; `finish_row(row)(value, column)` makes the output of a vector of combined elements. */
template <class Kind, int Kernel, int Stride, class FinishRow>
void pool_rows(const Window& window, int64_t rows, const float* x, float* y, float* scratch, FinishRow&& finish_row) {
  const WindowAxis& h = window.h;
  const WindowAxis& w = window.w;
  const int64_t size = padded_row_size(w);
  const int64_t columns = used_columns(w);
  const int64_t grain = kChunkElements / (w.in * h.stride) + 1;
  parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int32_t thread) {
    float* padded = scratch + thread * size;
    fill_floats(padded, Kind::kPadding, size);
    const int64_t out = w.out;
    const int64_t step = w.in;
    const float* y_end = y + end * out;
    int64_t plane = begin / h.out;
    int64_t o = begin - plane * h.out;
    for (int64_t row = begin; row < end; row++) {
      const RowRange real = real_places(h, o);
      const float* from = x + (plane * h.in + real.begin) * w.in;
      const auto finish = finish_row(o);
      float* to = y + row * out;
      if (Kernel == 2 && Stride == 2 && w.pad == 0 && real.end - real.begin == 2) {
        for (int64_t i = 0; i < out; i += kLanes) {
          store_in_rows(to + i, finish(combine_squares<Kind>(from + 2 * i, step, columns - 2 * i), i), y_end);
        }
      } else {
        combine_rows<Kind>(real.end - real.begin, from, step, columns, padded + w.pad);
        for (int64_t i = 0; i < out; i += kLanes) {
          const float* at = padded + i * Stride;
          Floats value = Kind::combine(column_tap<Stride, 0>(at), column_tap<Stride, 1>(at));
          if constexpr (Kernel == 3) value = Kind::combine(value, column_tap<Stride, 2>(at));
          store_in_rows(to + i, finish(value, i), y_end);
        }
      }
      if (++o < h.out) continue;
      o = 0;
      plane++;
    }
  });
}

}  // namespace

bool pools_by_rows(const Window& window) {
  const auto fits = [](const WindowAxis& axis) {
    // Every window has a real element.
    return axis.in > 0 && axis.out > 0 && axis.pad >= 0 && axis.pad < axis.kernel &&
           axis.place(axis.out - 1, 0) < axis.in;
  };
  const auto& [d, h, w] = window;
  return d.kernel == 1 && d.stride == 1 && d.pad == 0 && d.in == d.out && fits(h) && h.kernel <= kMostRowTaps &&
         fits(w) && (w.kernel == 2 || w.kernel == 3) && w.stride <= 2 && w.pad <= 1;
}

int32_t max_pool_rows(const Pool& pool, const float* x, float* y) {
  const Window& window = pool.window;
  const Scratch<float> scratch(padded_row_size(window.w) * thread_count());
  if (scratch.get() == nullptr) return kOutOfMemory;
  const int64_t rows = pool.planes * window.d.out * window.h.out;
  with_row_window(window.w, [&]<int Kernel, int Stride>() {
    const auto finish = [](int64_t) { return [](Floats value, int64_t) { return value; }; };
    pool_rows<Maximum, Kernel, Stride>(window, rows, x, y, scratch.get(), finish);
  });
  return kOk;
}

int32_t average_pool_rows(const Pool& pool, const float* x, float* y) {
  const Window& window = pool.window;
  const int64_t columns = round_up(window.w.out, kLanes);
  const Scratch<float> scratch(columns + padded_row_size(window.w) * thread_count());
  if (scratch.get() == nullptr) return kOutOfMemory;
  float* extents = scratch.get();
  fill_column_extents(pool, extents);
  const int64_t rows = pool.planes * window.d.out * window.h.out;
  with_row_window(window.w, [&]<int Kernel, int Stride>() {
    const auto finish = [&](int64_t o) {
      const Floats rows_held = splat(static_cast<float>(pool.extent(1, o)));
      return [=](Floats value, int64_t i) { return value / (load(extents + i) * rows_held); };
    };
    pool_rows<Sum, Kernel, Stride>(window, rows, x, y, extents + columns, finish);
  });
  return kOk;
}

}  // namespace camada
