// Pooling: windows without dilation that may be clipped at both ends.
#pragma once
#include <cstdint>
#include <initializer_list>

#include "window.h"

namespace camada {

/** What the exported functions find in `fields`. */
struct Pool {
  /** `n * c` */
  int64_t planes;
  Window window;
  /** Padding after the last element that counts as part of a window, for each axis. */
  int64_t pad_end[3];
  bool counts_pad;

  /** What an average's window holds of an axis: elements within the padded input, or real ones. */
  int64_t extent(int axis, int64_t index) const {
    const WindowAxis& a = axis == 0 ? window.d : (axis == 1 ? window.h : window.w);
    const int64_t start = a.place(index, 0);
    const int64_t end = start + a.kernel;
    const int64_t last = counts_pad ? a.in + pad_end[axis] : a.in;
    const int64_t first = counts_pad || start > 0 ? start : 0;
    const int64_t size = (end < last ? end : last) - first;
    return size > 0 ? size : 0;
  }
};

/** Reads `fields`: planes, three axes each of input, output, kernel, strides, padding before and after, then whether
 * padding counts. */
inline bool read_pool(const double* fields, Pool& to) {
  const auto field = [fields](int index) { return static_cast<int64_t>(fields[index]); };
  const auto axis = [&field](int index) {
    return WindowAxis{field(1 + index), field(4 + index), field(7 + index), field(10 + index), field(13 + index), 1};
  };
  to.planes = field(0);
  to.window = {axis(0), axis(1), axis(2)};
  for (int i = 0; i < 3; i++) to.pad_end[i] = field(16 + i);
  to.counts_pad = fields[19] != 0;
  return to.planes >= 0 && to.window.is_valid();
}

/** The one output's window holds the whole input. */
inline bool is_global(const Window& window) {
  if (window.out_size() != 1) return false;
  for (const WindowAxis* axis : {&window.d, &window.h, &window.w}) {
    if (axis->pad < 0 || axis->place(0, axis->kernel - 1) < axis->in - 1) return false;
  }
  return true;
}

}  // namespace camada
