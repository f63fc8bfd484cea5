// Packs what a convolution's windows see, without ever writing the whole matrix of patches: one panel of positions at a
// time, `[step][column]`, with a step for every channel of every tap.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "tile-kernel.h"

namespace camada {

template <class Arithmetic>
class PatchPacker {
 public:
  /** `x` is the whole input; channels `[first_channel, first_channel + shape.in_channels)` of every image are read. */
  PatchPacker(const ConvolutionShape& shape, const float* x, int64_t first_channel)
      : s_(shape),
        x_(x),
        first_channel_(first_channel),
        words_((shape.in_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord) {}

  /** Steps of the whole product: tap by tap, and in a tap channel by channel. */
  int64_t steps() const { return s_.taps * words_; }

  /** Chooses the panel: `columns` positions from `first` on, counted through all images. */
  void select(int64_t first, int64_t columns) {
    row_count_ = 0;
    is_interior_ = true;
    for (int64_t column = 0; column < columns;) {
      const int64_t position = first + column;
      OutputRow& row = rows_[row_count_++];
      row.column = column;
      row.image = position / s_.positions;
      const int64_t rest = position - row.image * s_.positions;
      row.ow = rest % s_.ow;
      row.oh = rest / s_.ow % s_.oh;
      row.od = rest / s_.ow / s_.oh;
      row.length = std::min(s_.ow - row.ow, columns - column);
      column += row.length;
      if (s_.is_pointwise()) {
        // Rows of one image follow each other without a gap.
        row.length = std::min(s_.positions - rest, columns - row.column);
        column = row.column + row.length;
      }
      is_interior_ = is_interior_ && is_interior(row);
    }
    pitch_ = (columns + kLanes - 1) / kLanes * kLanes;
    if (is_interior_) find_runs(0, 0, 0);
  }

  /**
   * Writes steps `[begin, end)` to `to`, a whole number of vectors each. The last one may be followed by a vector of
   * anything, as may the last column.
   */
  void pack(int64_t begin, int64_t end, float* to) {
    for (int64_t step = begin; step < end;) {
      const int64_t tap = step / words_;
      const int64_t word = step - tap * words_;
      const int64_t stop = std::min(words_, word + end - step);
      const int64_t kw = tap % s_.kw;
      const int64_t kh = tap / s_.kw % s_.kh;
      const int64_t kd = tap / s_.kw / s_.kh;
      int64_t offset = 0;
      if (is_interior_) {
        offset = (kd * s_.dd * s_.h + kh * s_.dh) * s_.w + kw * s_.dw;
      } else {
        find_runs(kd, kh, kw);
      }
      for (int64_t channel = word; channel < stop; channel++) {
        pack_step(offset + channel * Arithmetic::kValuesPerWord * s_.plane,
                  channel * Arithmetic::kValuesPerWord + 1 < s_.in_channels, to);
        to += pitch_;
      }
      step += stop - word;
    }
  }

 private:
  /** Neighbouring positions of one row of the output. */
  struct OutputRow {
    int64_t column, length, image, od, oh, ow;
  };

  /** Columns that are neighbours in `x` as well, or zeros of the padding, whose source is negative. */
  struct Run {
    int64_t column, length, source;
  };

  static bool is_inside(int64_t begin, int64_t last, int64_t size) { return begin >= 0 && last < size; }

  bool is_interior(const OutputRow& row) const {
    const int64_t id = row.od * s_.sd - s_.pd;
    const int64_t ih = row.oh * s_.sh - s_.ph;
    const int64_t iw = row.ow * s_.sw - s_.pw;
    if (s_.is_pointwise()) return true;
    return is_inside(id, id + (s_.kd - 1) * s_.dd, s_.d) && is_inside(ih, ih + (s_.kh - 1) * s_.dh, s_.h) &&
           is_inside(iw, iw + (row.length - 1) * s_.sw + (s_.kw - 1) * s_.dw, s_.w);
  }

  void add_run(int64_t column, int64_t length, int64_t source) {
    if (length > 0) runs_[run_count_++] = {column, length, source};
  }

  void find_runs(int64_t kd, int64_t kh, int64_t kw) {
    run_count_ = 0;
    for (int64_t i = 0; i < row_count_; i++) {
      const OutputRow& row = rows_[i];
      const int64_t id = row.od * s_.sd - s_.pd + kd * s_.dd;
      const int64_t ih = row.oh * s_.sh - s_.ph + kh * s_.dh;
      const int64_t iw = row.ow * s_.sw - s_.pw + kw * s_.dw;
      // Columns of the row from `low` on and before `high` see an element.
      int64_t low = 0;
      int64_t high = 0;
      if (id >= 0 && id < s_.d && ih >= 0 && ih < s_.h) {
        low = iw >= 0 ? 0 : std::min(row.length, (-iw + s_.sw - 1) / s_.sw);
        high = iw >= s_.w ? low : std::min(row.length, (s_.w - iw + s_.sw - 1) / s_.sw);
        if (s_.is_pointwise()) high = row.length;
        high = std::max(low, high);
      }
      const int64_t channel = row.image * s_.c_in + first_channel_;
      add_run(row.column, low, -1);
      add_run(row.column + low, high - low, channel * s_.plane + (id * s_.h + ih) * s_.w + iw + low * s_.sw);
      add_run(row.column + high, row.length - high, -1);
    }
  }

  void pack_step(int64_t offset, bool has_second, float* to) const {
    const int64_t total = s_.n * s_.c_in * s_.plane;
    for (int64_t i = 0; i < run_count_; i++) {
      const Run& run = runs_[i];
      float* target = to + run.column;
      if (run.source < 0) {
        for (int64_t j = 0; j < run.length; j += kLanes) store(target + j, Floats{});
        continue;
      }
      const int64_t start = run.source + offset;
      const float* first = x_ + start;
      const float* second = has_second ? first + s_.plane : nullptr;
      const int64_t read_end = start + run.length + kLanes + (has_second ? s_.plane : 0);
      if (s_.sw == 1 && read_end <= total) {
        // Vectors reach beyond the run: what comes next overwrites that.
        for (int64_t j = 0; j < run.length; j += kLanes) store(target + j, Arithmetic::words(first + j, second, j));
      } else {
        for (int64_t j = 0; j < run.length; j++) {
          target[j] = Arithmetic::word(first[j * s_.sw], second == nullptr ? 0.0f : second[j * s_.sw]);
        }
      }
    }
  }

  const ConvolutionShape& s_;
  const float* x_;
  int64_t first_channel_;
  /** Words that hold the channels of one tap. */
  int64_t words_;
  OutputRow rows_[kTileColumns];
  int64_t row_count_ = 0;
  /** No window of the panel sees padding: all taps have the runs of the first, moved. */
  bool is_interior_ = true;
  Run runs_[3 * kTileColumns];
  int64_t run_count_ = 0;
  int64_t pitch_ = 0;
};

}  // namespace camada
