#include <cstring>
#include <limits>

#include "buffer-pool.h"
#include "pool-rows-gradient.h"
#include "status.h"

namespace camada {
namespace {

constexpr float kNothing = -std::numeric_limits<float>::infinity();

/** Where the maxima of some rows of outputs are, and what they receive. */
template <int Kernel, int Stride, int Pad>
class MaxGradient {
 public:
  MaxGradient(const Window& window, float* scratch)
      : h_(window.h),
        w_(window.w),
        columns_(used_columns(window.w)),
        vector_columns_(round_up(window.w.out, kLanes)),
        output_size_(output_row_size(window.w)),
        padded_(scratch),
        best_(padded_ + padded_row_size(window.w)),
        dy_(best_ + kMostRowTaps * 2 * vector_columns_),
        taps_(reinterpret_cast<int32_t*>(dy_ + kMostRowTaps * output_size_)) {
    fill_floats(padded_, kNothing, padded_row_size(w_));
    fill_floats(dy_, 0, kMostRowTaps * output_size_);
    std::memset(taps_, 0, static_cast<size_t>(kMostRowTaps * output_size_) * sizeof(int32_t));
  }

  static int64_t scratch_size(const WindowAxis& w) {
    const int64_t best = 2 * round_up(w.out, kLanes);
    return round_up(padded_row_size(w) + kMostRowTaps * (best + 2 * output_row_size(w)), kLanes);
  }

  /** Input rows `[first, end)` of a plane. */
  void band(const float* dy, const float* x, float* dx, int64_t first, int64_t end) {
    int64_t next = outputs_over(h_, first).begin;
    next_row_ = 0;
    has_nan_ = false;
    const float* dx_end = dx + end * w_.in;
    for (int64_t row = first; row < end; row++) {
      const RowRange outputs = outputs_over(h_, row);
      for (; next < outputs.end; next++) add_output(dy + next * w_.out, x, next);
      gather(row, outputs, dx + row * w_.in, dx_end);
    }
  }

 private:
  float* best_of(int64_t row) const { return best_ + row % kMostRowTaps * 2 * vector_columns_; }
  int64_t slot(int64_t output) const { return output % kMostRowTaps * output_size_ + kBefore; }

  template <int Tap, bool HasNan>
  static void compare(const float* at, Floats& best, Ints& tap) {
    const Floats x = column_tap<Stride, Tap>(at);
    const LaneMask better = exceeds<HasNan>(x, best);
    best = choose(better, x, best);
    tap = choose(better, splat(int32_t{Tap}), tap);
  }

  /** The first maxima of a row's windows and their column taps, -1 where there is minus infinity alone. */
  void add_row(const float* x, float* best_row) {
    float* padded = padded_;
    const int64_t columns = columns_;
    LaneMask nan{};
    int64_t i = 0;
    for (; i + kLanes <= columns; i += kLanes) {
      const Floats value = load(x + i);
      nan |= is_nan(value);
      store(padded + Pad + i, value);
    }
    if (i < columns) {
      const Floats value = load_span(x + i, {0, columns - i}, kNothing);
      nan |= is_nan(value);
      store(padded + Pad + i, value);
    }
    has_nan_ |= any(nan);
    if (has_nan_) return look_at_row<true>(best_row);
    look_at_row<false>(best_row);
  }

  template <bool HasNan>
  void look_at_row(float* best_row) const {
    const float* padded = padded_;
    const int64_t out = w_.out;
    auto* tap_row = reinterpret_cast<int32_t*>(best_row + vector_columns_);
    for (int64_t i = 0; i < out; i += kLanes) {
      const float* at = padded + i * Stride;
      Floats best = splat(kNothing);
      Ints tap = splat(int32_t{-1});
      compare<0, HasNan>(at, best, tap);
      compare<1, HasNan>(at, best, tap);
      if constexpr (Kernel == 3) compare<2, HasNan>(at, best, tap);
      store(best_row + i, best);
      store_ints(tap_row + i, tap);
    }
  }

  /** The taps of a row of outputs. Rows of the input are looked at once each. */
  void add_output(const float* dy, const float* x, int64_t output) {
    const RowRange rows = real_places(h_, output);
    for (next_row_ = next_row_ > rows.begin ? next_row_ : rows.begin; next_row_ < rows.end; next_row_++) {
      add_row(x + next_row_ * w_.in, best_of(next_row_));
    }
    const int32_t first_tap = static_cast<int32_t>(rows.begin - h_.place(output, 0)) * Kernel;
    int32_t* taps = taps_ + slot(output);
    const int64_t count = rows.end - rows.begin;
    const bool has_none = has_nan_ ? combine<true>(count, rows.begin, first_tap, taps)
                                   : combine<false>(count, rows.begin, first_tap, taps);
    if (has_none) mend(taps, first_tap);
    // Behind the last output stand zeros, so that it does not matter what taps stand there.
    float* dy_row = dy_ + slot(output);
    const int64_t out = w_.out;
    int64_t i = 0;
    for (; i + kLanes <= out; i += kLanes) store(dy_row + i, load(dy + i));
    if (i < out) store(dy_row + i, load_some(dy + i, out - i));
  }

  /** Takes the first maxima of `count` rows together; tells whether a window has none. */
  template <bool HasNan>
  bool combine(int64_t count, int64_t first_row, int32_t first_tap, int32_t* taps) const {
    if (count == 1) return combine_rows<1, HasNan>(first_row, first_tap, taps);
    if (count == 2) return combine_rows<2, HasNan>(first_row, first_tap, taps);
    return combine_rows<3, HasNan>(first_row, first_tap, taps);
  }

  template <int Rows, bool HasNan>
  bool combine_rows(int64_t first_row, int32_t first_tap, int32_t* taps) const {
    const float* maxima[Rows];
    for (int r = 0; r < Rows; r++) maxima[r] = best_of(first_row + r);
    const int64_t to_taps = vector_columns_;
    const int64_t out = w_.out;
    bool has_none = false;
    for (int64_t i = 0; i < out; i += kLanes) {
      Floats best = splat(kNothing);
      Ints tap = splat(int32_t{-1});
      for (int r = 0; r < Rows; r++) {
        const Floats value = load(maxima[r] + i);
        const LaneMask better = exceeds<HasNan>(value, best);
        const Ints column = load_ints(reinterpret_cast<const int32_t*>(maxima[r] + to_taps + i));
        best = choose(better, value, best);
        tap = choose(better, column + (first_tap + r * Kernel), tap);
      }
      store_ints(taps + i, tap);
      has_none |= has_negative(tap, out - i);
    }
    return has_none;
  }

  /** Windows of minus infinities give their gradient to the first real element. */
  void mend(int32_t* taps, int32_t first_tap) const {
    for (int64_t i = 0; i < w_.out; i++) {
      if (taps[i] < 0) taps[i] = first_tap + static_cast<int32_t>(real_places(w_, i).begin - w_.place(i, 0));
    }
  }

  template <int Element, int Tap>
  static void add_tap(const int32_t* taps, const float* dy, int32_t row_tap, Floats& sum) {
    if constexpr (Tap < Kernel && is_read(Stride, Pad, Element, Tap)) {
      constexpr int64_t shift = shift_of(Stride, Pad, Element, Tap);
      const LaneMask is_chosen = equals(load_ints(taps + shift), splat(row_tap + Tap));
      sum = choose(is_chosen, sum + load(dy + shift), sum);
    }
  }

  void gather(int64_t row, RowRange outputs, float* to, const float* end) const {
    const int64_t count = outputs.end - outputs.begin;
    if (count <= 0) return gather<0>(row, outputs.begin, to, end);
    if (count == 1) return gather<1>(row, outputs.begin, to, end);
    if (count == 2) return gather<2>(row, outputs.begin, to, end);
    gather<3>(row, outputs.begin, to, end);
  }

  template <int Outputs>
  void gather(int64_t row, int64_t first, float* to, const float* end) const {
    const int32_t* taps[Outputs + 1];
    const float* dy[Outputs + 1];
    int32_t row_tap[Outputs + 1];
    for (int o = 0; o < Outputs; o++) {
      taps[o] = taps_ + slot(first + o);
      dy[o] = dy_ + slot(first + o);
      row_tap[o] = static_cast<int32_t>(row - h_.place(first + o, 0)) * Kernel;
    }
    const int64_t in = w_.in;
    for (int64_t i = 0; i * Stride < in; i += kLanes) {
      Floats sums[Stride] = {};
      for (int o = 0; o < Outputs; o++) {
        add_tap<0, 0>(taps[o] + i, dy[o] + i, row_tap[o], sums[0]);
        add_tap<0, 1>(taps[o] + i, dy[o] + i, row_tap[o], sums[0]);
        add_tap<0, 2>(taps[o] + i, dy[o] + i, row_tap[o], sums[0]);
        if constexpr (Stride == 2) {
          add_tap<1, 0>(taps[o] + i, dy[o] + i, row_tap[o], sums[1]);
          add_tap<1, 1>(taps[o] + i, dy[o] + i, row_tap[o], sums[1]);
          add_tap<1, 2>(taps[o] + i, dy[o] + i, row_tap[o], sums[1]);
        }
      }
      store_elements<Stride>(to + i * Stride, sums, end);
    }
  }

  const WindowAxis& h_;
  const WindowAxis& w_;
  const int64_t columns_;
  const int64_t vector_columns_;
  const int64_t output_size_;
  /** The row of the input that is looked at. */
  float* const padded_;
  /** Of each row of the input: maxima of its part of the windows, then their taps. */
  float* const best_;
  float* const dy_;
  int32_t* const taps_;
  int64_t next_row_ = 0;
  /** Whether a row of this stretch had a NaN: what compares without regard to them is quicker. */
  bool has_nan_ = false;
};

}  // namespace

int32_t max_pool_rows_gradient(const Pool& pool, const float* dy, const float* x, float* dx) {
  const Window& window = pool.window;
  int32_t status = kOk;
  with_padded_row_window(window.w, [&]<int Kernel, int Stride, int Pad>() {
    using Gradient = MaxGradient<Kernel, Stride, Pad>;
    const int64_t size = Gradient::scratch_size(window.w);
    const Scratch<float> scratch(size * thread_count());
    if (scratch.get() == nullptr) {
      status = kOutOfMemory;
      return;
    }
    for_bands(pool, [&](int64_t plane, int64_t first, int64_t end, int32_t thread) {
      const int64_t inputs = plane * window.h.in * window.w.in;
      Gradient gradient(window, scratch.get() + thread * size);
      gradient.band(dy + plane * window.h.out * window.w.out, x + inputs, dx + inputs, first, end);
    });
  });
  return status;
}

}  // namespace camada
