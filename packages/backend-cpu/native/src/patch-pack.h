// Packs what a convolution's windows see, without ever writing the whole matrix of patches: one panel of positions at a
// time, `[step][column]`, with a step for every channel of every tap.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "tile-kernel.h"

namespace camada {

/** Where the steps of a product look, from where the first tap does: a number for each, tap by tap. */
template <class Arithmetic>
struct PatchSteps {
  /** Words that hold the channels of one tap. */
  int64_t tap_words;
  int64_t count;

  explicit PatchSteps(const ConvolutionShape& s)
      : tap_words((s.in_channels + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord),
        count(s.taps * tap_words) {}

  void write_offsets(const ConvolutionShape& s, int64_t* offsets) const {
    for (int64_t tap = 0; tap < s.taps; tap++) {
      const int64_t kw = tap % s.kw;
      const int64_t kh = tap / s.kw % s.kh;
      const int64_t kd = tap / s.kw / s.kh;
      const int64_t offset = (kd * s.dd * s.h + kh * s.dh) * s.w + kw * s.dw;
      for (int64_t word = 0; word < tap_words; word++) {
        *offsets++ = offset + word * Arithmetic::kValuesPerWord * s.plane;
      }
    }
  }
};

template <class Arithmetic>
class PatchPacker {
 public:
  /** Reads channels `[first_channel, first_channel + shape.in_channels)` of every image of `x`. */
  PatchPacker(const ConvolutionShape& shape, const float* x, int64_t first_channel, const int64_t* offsets)
      : s_(shape), steps_(shape), x_(x), first_channel_(first_channel), offsets_(offsets) {}

  /** Chooses the panel: `columns` positions from `first` on, counted through all images. */
  void select(int64_t first, int64_t columns) {
    row_count_ = 0;
    is_interior_ = true;
    vectors_ = (columns + kLanes - 1) / kLanes;
    for (int64_t column = 0; column < columns;) {
      const int64_t image = (first + column) / s_.positions;
      const int64_t rest = first + column - image * s_.positions;
      // Where no tap looks beyond its position, rows of one image follow each other without a gap.
      const int64_t width = s_.is_pointwise() ? s_.positions : s_.ow;
      const int64_t row = rest / width;
      OutputRow& run = rows_[row_count_++];
      run = {column, std::min(width - rest % width, columns - column), image, 0, 0, rest % width};
      if (!s_.is_pointwise()) {
        run.id = row / s_.oh * s_.sd - s_.pd;
        run.ih = row % s_.oh * s_.sh - s_.ph;
        run.iw = run.iw * s_.sw - s_.pw;
        is_interior_ = is_interior_ && is_interior(run);
      }
      column += run.length;
    }
    if (is_interior_) find_pieces(0, 0, 0);
  }

  /** Writes steps `[begin, end)` to `to`, a whole number of vectors each; lanes beyond the last column are zero. */
  void pack(int64_t begin, int64_t end, float* to) {
    const int64_t pitch = vectors_ * kLanes;
    const bool has_odd = s_.in_channels % Arithmetic::kValuesPerWord != 0;
    if (is_interior_ && !has_odd) return pack_steps(begin, end, true, to);
    for (int64_t step = begin; step < end;) {
      const int64_t tap = step / steps_.tap_words;
      const int64_t tap_end = (tap + 1) * steps_.tap_words;
      if (!is_interior_) find_pieces(tap / s_.kw / s_.kh, tap / s_.kw % s_.kh, tap % s_.kw);
      const int64_t full_end = std::min(end, tap_end - (has_odd ? 1 : 0));
      if (full_end > step) pack_steps(step, full_end, true, to + (step - begin) * pitch);
      step = std::max(step, full_end);
      if (has_odd && step < end && step == tap_end - 1) {
        pack_steps(step, step + 1, false, to + (step - begin) * pitch);
        step++;
      }
    }
  }

 private:
  /** Neighbouring positions of one row of the output, and where the first tap of the first of them looks. */
  struct OutputRow {
    int64_t column, length, image, id, ih, iw;
  };

  /** Lanes of one vector that come from neighbours in `x`; lane 0 would stand at `source`. */
  struct Piece {
    int64_t source;
    int64_t begin, end;
    LaneRange lanes;
  };

  static bool is_inside(int64_t begin, int64_t last, int64_t size) { return begin >= 0 && last < size; }

  bool is_interior(const OutputRow& row) const {
    return is_inside(row.id, row.id + (s_.kd - 1) * s_.dd, s_.d) &&
           is_inside(row.ih, row.ih + (s_.kh - 1) * s_.dh, s_.h) &&
           is_inside(row.iw, row.iw + (row.length - 1) * s_.sw + (s_.kw - 1) * s_.dw, s_.w);
  }

  /** Finds the pieces of every vector for one tap. Sources are those of the first tap, as offsets are added to them. */
  void find_pieces(int64_t kd, int64_t kh, int64_t kw) {
    piece_count_ = 0;
    std::fill_n(first_pieces_, vectors_ + 1, 0);
    for (int64_t i = 0; i < row_count_; i++) {
      const OutputRow& row = rows_[i];
      const int64_t id = row.id + kd * s_.dd;
      const int64_t ih = row.ih + kh * s_.dh;
      const int64_t iw = row.iw + kw * s_.dw;
      int64_t low = 0;
      int64_t high = row.length;
      if (!s_.is_pointwise()) {
        if (id < 0 || id >= s_.d || ih < 0 || ih >= s_.h || iw >= s_.w) continue;
        if (iw < 0) low = (-iw + s_.sw - 1) / s_.sw;
        high = std::min(high, (s_.w - iw + s_.sw - 1) / s_.sw);
      }
      const int64_t source = (row.image * s_.c_in + first_channel_) * s_.plane + (row.id * s_.h + row.ih) * s_.w +
                             row.iw - row.column * s_.sw;
      for (int64_t begin = row.column + low; begin < row.column + high;) {
        const int64_t vector = begin / kLanes;
        const int64_t end = std::min((vector + 1) * kLanes, row.column + high);
        const int64_t base = vector * kLanes;
        pieces_[piece_count_++] = {source + base * s_.sw, begin - base, end - base,
                                   lanes_between(begin - base, end - base)};
        first_pieces_[vector + 1] = piece_count_;
        begin = end;
      }
    }
    for (int64_t v = 0; v < vectors_; v++) first_pieces_[v + 1] = std::max(first_pieces_[v + 1], first_pieces_[v]);
  }

  void pack_steps(int64_t begin, int64_t end, bool has_second, float* to) const {
    for (int64_t v = 0; v < vectors_; v++) {
      const Piece* pieces = pieces_ + first_pieces_[v];
      const int64_t count = first_pieces_[v + 1] - first_pieces_[v];
      float* target = to + v * kLanes;
      if (s_.sw != 1) {
        pack_strided(pieces, count, begin, end, has_second, target);
      } else if (count == 1 && pieces[0].begin == 0 && pieces[0].end == kLanes) {
        pack_vector<0>(pieces, count, begin, end, has_second, target);
      } else if (count == 1) {
        pack_vector<1>(pieces, count, begin, end, has_second, target);
      } else if (count == 2) {
        pack_vector<2>(pieces, count, begin, end, has_second, target);
      } else {
        pack_vector<3>(pieces, count, begin, end, has_second, target);
      }
    }
  }

  /** `kPieces`: 0 for one piece of all lanes, 3 for any number of pieces. */
  template <int kPieces>
  Floats gather(const Piece* pieces, int64_t count, int64_t offset) const {
    const float* x = x_ + offset;
    if constexpr (kPieces == 0) return load(x + pieces[0].source);
    Floats values{};
    const int64_t loads = kPieces < 3 ? kPieces : count;
    for (int64_t i = 0; i < loads; i++) {
      // Lanes that are not loaded are zero, and no lane is in two pieces.
      values = floats_of(bits_of(values) | bits_of(load_lanes(x + pieces[i].source, pieces[i].lanes)));
    }
    return values;
  }

  template <int kPieces>
  void pack_vector(const Piece* pieces, int64_t count, int64_t begin, int64_t end, bool has_second, float* to) const {
    const int64_t pitch = vectors_ * kLanes;
    for (int64_t step = begin; step < end; step++, to += pitch) {
      const Floats first = gather<kPieces>(pieces, count, offsets_[step]);
      Floats second{};
      if (Arithmetic::kValuesPerWord > 1 && has_second) {
        second = gather<kPieces>(pieces, count, offsets_[step] + s_.plane);
      }
      store(to, Arithmetic::words(first, second));
    }
  }

  void pack_strided(const Piece* pieces, int64_t count, int64_t begin, int64_t end, bool has_second, float* to) const {
    const int64_t pitch = vectors_ * kLanes;
    for (int64_t step = begin; step < end; step++, to += pitch) {
      store(to, Floats{});
      for (int64_t i = 0; i < count; i++) {
        const float* x = x_ + pieces[i].source + offsets_[step];
        for (int64_t lane = pieces[i].begin; lane < pieces[i].end; lane++) {
          const float* value = x + lane * s_.sw;
          to[lane] = Arithmetic::word(*value, has_second ? value[s_.plane] : 0.0f);
        }
      }
    }
  }

  const ConvolutionShape& s_;
  const PatchSteps<Arithmetic> steps_;
  const float* x_;
  int64_t first_channel_;
  const int64_t* offsets_;
  OutputRow rows_[kTileColumns];
  int64_t row_count_ = 0;
  int64_t vectors_ = 0;
  /** No window of the panel sees padding: every tap has the pieces of the first. */
  bool is_interior_ = true;
  /** A row is one piece, and one more for every vector that it crosses into. */
  Piece pieces_[kTileColumns + kTileVectors];
  int64_t piece_count_ = 0;
  int64_t first_pieces_[kTileVectors + 1];
};

}  // namespace camada
