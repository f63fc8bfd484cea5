#include "buffer-pool.h"
#include "pool-rows-gradient.h"
#include "status.h"

namespace camada {
namespace {

/** What some rows of outputs give to each element of their windows. */
template <int Kernel, int Stride, int Pad>
class AverageGradient {
 public:
  AverageGradient(const Pool& pool, const float* extents, float* scratch)
      : pool_(pool),
        h_(pool.window.h),
        w_(pool.window.w),
        row_size_(output_row_size(pool.window.w)),
        extents_(extents),
        shares_(scratch) {
    fill_floats(shares_, 0, kMostRowTaps * row_size_);
  }

  static int64_t scratch_size(const WindowAxis& w) { return kMostRowTaps * output_row_size(w); }

  /** Input rows `[first, end)` of a plane. */
  void band(const float* dy, float* dx, int64_t first, int64_t end) const {
    int64_t next = outputs_over(h_, first).begin;
    const float* dx_end = dx + end * w_.in;
    for (int64_t row = first; row < end; row++) {
      const RowRange outputs = outputs_over(h_, row);
      for (; next < outputs.end; next++) add_output(dy + next * w_.out, next);
      gather(outputs, dx + row * w_.in, dx_end);
    }
  }

 private:
  float* shares_of(int64_t output) const { return shares_ + output % kMostRowTaps * row_size_ + kBefore; }

  void add_output(const float* dy, int64_t output) const {
    const Floats rows = splat(static_cast<float>(pool_.extent(1, output)));
    const float* extents = extents_;
    float* to = shares_of(output);
    const int64_t out = w_.out;
    int64_t i = 0;
    for (; i + kLanes <= out; i += kLanes) store(to + i, load(dy + i) / (load(extents + i) * rows));
    if (i < out) store(to + i, load_some(dy + i, out - i) / (load(extents + i) * rows));
  }

  template <int Element, int Tap>
  static void add_tap(const float* shares, Floats& sum) {
    if constexpr (Tap < Kernel && is_read(Stride, Pad, Element, Tap)) {
      sum += load(shares + shift_of(Stride, Pad, Element, Tap));
    }
  }

  void gather(RowRange outputs, float* to, const float* end) const {
    const int64_t count = outputs.end - outputs.begin;
    if (count <= 0) return gather<0>(outputs.begin, to, end);
    if (count == 1) return gather<1>(outputs.begin, to, end);
    if (count == 2) return gather<2>(outputs.begin, to, end);
    gather<3>(outputs.begin, to, end);
  }

  template <int Outputs>
  void gather(int64_t first, float* to, const float* end) const {
    const float* shares[Outputs + 1];
    for (int o = 0; o < Outputs; o++) shares[o] = shares_of(first + o);
    const int64_t in = w_.in;
    for (int64_t i = 0; i * Stride < in; i += kLanes) {
      Floats sums[Stride] = {};
      for (int o = 0; o < Outputs; o++) {
        add_tap<0, 0>(shares[o] + i, sums[0]);
        add_tap<0, 1>(shares[o] + i, sums[0]);
        add_tap<0, 2>(shares[o] + i, sums[0]);
        if constexpr (Stride == 2) {
          add_tap<1, 0>(shares[o] + i, sums[1]);
          add_tap<1, 1>(shares[o] + i, sums[1]);
          add_tap<1, 2>(shares[o] + i, sums[1]);
        }
      }
      store_elements<Stride>(to + i * Stride, sums, end);
    }
  }

  const Pool& pool_;
  const WindowAxis& h_;
  const WindowAxis& w_;
  const int64_t row_size_;
  const float* const extents_;
  float* const shares_;
};

}  // namespace

int32_t average_pool_rows_gradient(const Pool& pool, const float* dy, float* dx) {
  const Window& window = pool.window;
  const Scratch<float> columns(round_up(window.w.out, kLanes));
  if (columns.get() == nullptr) return kOutOfMemory;
  fill_column_extents(pool, columns.get());
  int32_t status = kOk;
  with_padded_row_window(window.w, [&]<int Kernel, int Stride, int Pad>() {
    using Gradient = AverageGradient<Kernel, Stride, Pad>;
    const int64_t size = Gradient::scratch_size(window.w);
    const Scratch<float> scratch(size * thread_count());
    if (scratch.get() == nullptr) {
      status = kOutOfMemory;
      return;
    }
    for_bands(pool, [&](int64_t plane, int64_t first, int64_t end, int32_t thread) {
      const Gradient gradient(pool, columns.get(), scratch.get() + thread * size);
      gradient.band(dy + plane * window.h.out * window.w.out, dx + plane * window.h.in * window.w.in, first, end);
    });
  });
  return status;
}

}  // namespace camada
