// Pooling row by row, straight from planes: windows two or three columns wide that move on by one or two. Rows of a
// window are combined first, into a row with the padding written out, then its columns; gradients are gathered, so that
// every element of the input is written once.
#pragma once
#include "pool.h"
#include "spatial-simd.h"

namespace camada {

constexpr int64_t kMostRowTaps = 3;

/** `[begin, end)` */
struct RowRange {
  int64_t begin;
  int64_t end;
};

/** Whether the functions below can do it. */
bool pools_by_rows(const Window& window);

int32_t max_pool_rows(const Pool& pool, const float* x, float* y);
int32_t average_pool_rows(const Pool& pool, const float* x, float* y);
int32_t max_pool_rows_gradient(const Pool& pool, const float* dy, const float* x, float* dx);
int32_t average_pool_rows_gradient(const Pool& pool, const float* dy, float* dx);

/** Elements that the window of output `index` holds. */
inline RowRange real_places(const WindowAxis& axis, int64_t index) {
  const int64_t begin = axis.place(index, 0);
  const int64_t end = begin + axis.kernel;
  return {begin > 0 ? begin : 0, end < axis.in ? end : axis.in};
}

/** Outputs whose windows hold element `place`; the range is empty, with `end <= begin`, where there are none. */
inline RowRange outputs_over(const WindowAxis& axis, int64_t place) {
  const int64_t last = place + axis.pad;
  const int64_t end = divide(last, axis.stride) + 1;
  const int64_t begin = last < axis.kernel ? 0 : divide(last - axis.kernel, axis.stride) + 1;
  return {begin, end < axis.out ? end : axis.out};
}

/** Floats of a row of the input with its padding, vectors of outputs included that reach beyond the last. */
inline int64_t padded_row_size(const WindowAxis& w) {
  return round_up(w.stride * round_up(w.out, kLanes) + w.pad + w.kernel, kLanes) + kLanes;
}

/** Columns of the input that some window holds. */
inline int64_t used_columns(const WindowAxis& w) {
  const int64_t end = w.place(w.out - 1, w.kernel - 1) + 1;
  return end < w.in ? end : w.in;
}

/** What an average's window holds of the last axis, for whole vectors of outputs. */
inline void fill_column_extents(const Pool& pool, float* to) {
  const int64_t out = pool.window.w.out;
  fill_floats(to, 1, round_up(out, kLanes));
  for (int64_t i = 0; i < out; i++) to[i] = static_cast<float>(pool.extent(2, i));
}

/** Column tap `Tap` of a vector of outputs, the first of which begins at `row`. */
template <int Stride, int Tap>
inline Floats column_tap(const float* row) {
  if constexpr (Stride == 1) return load(row + Tap);
  const float* even = row + Tap / 2 * 2;
  if constexpr (Tap % 2 == 0) return even_lanes(load(even), load(even + kLanes));
  return odd_lanes(load(even), load(even + kLanes));
}

/**
 * Writes a vector of a row. Lanes beyond the row's end go to the next one, which is written later; `end` is that of the
 * last row.
 */
inline void store_in_rows(float* to, Floats value, const float* end) {
  if (end - to >= kLanes) return store(to, value);
  store_some(to, value, end - to);
}

/** Calls `work.operator()<kernel, stride>()` with the numbers of an axis. */
template <class Work>
inline void with_row_window(const WindowAxis& w, Work&& work) {
  if (w.kernel == 2) {
    if (w.stride == 1) return work.template operator()<2, 1>();
    return work.template operator()<2, 2>();
  }
  if (w.stride == 1) return work.template operator()<3, 1>();
  return work.template operator()<3, 2>();
}

}  // namespace camada
