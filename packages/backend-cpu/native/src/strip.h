// Rows of a plane brought into a form in which every sliding window is the same: padding written out, and the rows and
// columns of a stride set apart ("phases"), so that tap `t` of output `(row, column)` stands at
// `offset(t) + row * pitch + column`, whatever kernel, stride, padding and dilation. Vectors then run over columns and
// even from one row into the next: the few columns between two rows are computed and thrown away.
#pragma once
#include <cstdint>
#include <cstring>

#include "spatial-simd.h"
#include "window.h"

namespace camada {

/** The layout of a strip: `rows` output rows of one output slice, all taps of them. */
struct Strip {
  WindowAxis h;
  WindowAxis w;
  /** Slices of the input that lie in the strip one after the other. */
  int64_t slices;
  /** Output rows. */
  int64_t rows;
  /** Floats from an output row to the next. */
  int64_t pitch;
  /** Rows of one phase. */
  int64_t phase_rows;

  Strip(const WindowAxis& h, const WindowAxis& w, int64_t slices, int64_t rows)
      : h(h),
        w(w),
        slices(slices),
        rows(rows),
        pitch(w.out + divide(w.reach(), w.stride)),
        phase_rows(rows + divide(h.reach(), h.stride)) {}

  int64_t phase_size() const { return phase_rows * pitch; }
  int64_t slice_size() const { return w.stride * h.stride * phase_size(); }
  /** Floats of a strip. Vectors may read a little beyond the last row. */
  int64_t size() const { return round_up(slices * slice_size(), kLanes) + kSlack; }
  /** Outputs of `count` rows, the columns between them included. */
  int64_t flat_size(int64_t count) const { return count * pitch; }
  /** Floats of an array that is laid out as the outputs are. */
  int64_t output_size() const { return round_up(rows * pitch, kLanes) + kSlack; }

  /** Where row tap `i` and column tap `j` of slice `slice` stand for output (0, 0). */
  int64_t offset(int64_t slice, int64_t i, int64_t j) const {
    const int64_t row = i * h.dilation;
    const int64_t column = j * w.dilation;
    const int64_t phase = (column % w.stride) * h.stride + row % h.stride;
    return slice * slice_size() + phase * phase_size() + row / h.stride * pitch + column / w.stride;
  }

  /** The offsets of all taps, `[slices, h.kernel, w.kernel]`. */
  void all_offsets(int64_t* offsets) const {
    for (int64_t slice = 0; slice < slices; slice++) {
      for (int64_t i = 0; i < h.kernel; i++) {
        for (int64_t j = 0; j < w.kernel; j++) *offsets++ = offset(slice, i, j);
      }
    }
  }

  /** Rows so that a strip of `slices` slices stays in the first-level cache, one row at least. */
  static int64_t rows_for(const WindowAxis& h, const WindowAxis& w, int64_t slices);

  /**
   * Writes what `count` output rows read of `slice`, from output row `first` on. `plane` holds the rows of the input
   * from `plane_row` on; null stands for padding alone.
   */
  void gather(float* strip, int64_t slice, const float* plane, int64_t first, int64_t count, float padding,
              int64_t plane_row = 0) const;

  /** Writes back to where `gather` would have read, or adds there. */
  void scatter(const float* strip, int64_t slice, float* plane, int64_t first, int64_t count, bool adds) const;

  static constexpr int64_t kSlack = 8 * kLanes;
};

}  // namespace camada
