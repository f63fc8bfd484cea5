// Gradients of pooling row by row: every element of the input gathers from the outputs whose windows hold it.
#pragma once
#include "parallel.h"
#include "pool-rows.h"

namespace camada {

/** Elements of the input in a chunk of work. */
constexpr int64_t kRowChunkElements = 65536;
/** Outputs before the first that taps of the first elements reach. */
constexpr int64_t kBefore = kLanes;

/** Floats of a row of outputs that gathering reads a little beyond at both ends. */
inline int64_t output_row_size(const WindowAxis& w) {
  const int64_t most = w.out > w.in / w.stride ? w.out : w.in / w.stride;
  return kBefore + round_up(most, kLanes) + 2 * kLanes;
}

/** Whether column tap `tap` of some output reads columns `stride * i + element` of the input. */
constexpr bool is_read(int stride, int pad, int element, int tap) { return (pad + element - tap) % stride == 0; }
/** Which output that is, counted from `i`. */
constexpr int64_t shift_of(int stride, int pad, int element, int tap) { return (pad + element - tap) / stride; }

/** Calls `work(plane, first, end, thread)` for stretches of input rows of one plane, which together are all rows. */
template <class Work>
void for_bands(const Pool& pool, Work&& work) {
  const Window& window = pool.window;
  const int64_t rows = window.h.in;
  parallel_ranges(pool.planes * window.d.in * rows, kRowChunkElements / window.w.in + 1,
                  [&](int64_t begin, int64_t end, int32_t thread) {
                    while (begin < end) {
                      const int64_t plane = begin / rows;
                      const int64_t rest = (plane + 1) * rows;
                      const int64_t band_end = rest < end ? rest : end;
                      work(plane, begin - plane * rows, band_end - plane * rows, thread);
                      begin = band_end;
                    }
                  });
}

/** Calls `work.operator()<kernel, stride, pad>()` with the numbers of an axis. */
template <class Work>
void with_padded_row_window(const WindowAxis& w, Work&& work) {
  with_row_window(w, [&]<int Kernel, int Stride>() {
    if (w.pad == 0) return work.template operator()<Kernel, Stride, 0>();
    work.template operator()<Kernel, Stride, 1>();
  });
}

/** Writes vectors of a row of the input, one for each column of a stride. */
template <int Stride>
inline void store_elements(float* to, const Floats (&values)[Stride], const float* end) {
  if constexpr (Stride == 1) {
    store_in_rows(to, values[0], end);
  } else {
    store_in_rows(to, interleave_low(values[0], values[1]), end);
    if (end - to > kLanes) store_in_rows(to + kLanes, interleave_high(values[0], values[1]), end);
  }
}

}  // namespace camada
