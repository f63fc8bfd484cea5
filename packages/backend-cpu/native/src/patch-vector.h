// Where the windows of neighbouring positions look: for a vector of positions, the stretches of the input that every
// tap reads.
#pragma once
#include <algorithm>

#include "convolution-shape.h"
#include "simd.h"

namespace camada {

/** The sum over the patch: tap by tap, and in a tap word by word, a word for one or two channels. */
struct PatchSteps {
  int64_t values_per_word;
  /** Words that hold the channels of one tap. */
  int64_t tap_words;
  int64_t count;

  PatchSteps(const ConvolutionShape& s, int64_t values_per_word_)
      : values_per_word(values_per_word_),
        tap_words((s.in_channels + values_per_word - 1) / values_per_word),
        count(s.taps * tap_words) {}

  /** Where every step looks, from where the first one does. */
  void write_offsets(const ConvolutionShape& s, int64_t* offsets) const {
    for (int64_t tap = 0; tap < s.taps; tap++) {
      const int64_t kw = tap % s.kw;
      const int64_t kh = tap / s.kw % s.kh;
      const int64_t kd = tap / s.kw / s.kh;
      const int64_t offset = (kd * s.dd * s.h + kh * s.dh) * s.w + kw * s.dw;
      for (int64_t word = 0; word < tap_words; word++) *offsets++ = offset + word * values_per_word * s.plane;
    }
  }
};

/** Lanes that come from neighbours in the input; lane 0 would stand at `source`, for the first step. */
struct PatchPiece {
  int64_t source;
  int64_t begin, end;
  LaneRange lanes;
};

/** Steps `[begin, end)`, all with the same pieces. */
struct PatchSegment {
  int64_t begin, end;
  const PatchPiece* pieces;
  int64_t piece_count;
  /** Words have a second value. */
  bool has_second;
};

/** One vector of positions: segments that cover all steps, in memory that the caller provides. */
class PatchVector {
 public:
  static constexpr int64_t kMostPieces = kLanes;

  /** Segments of a vector at most; each has `kMostPieces` pieces at most. */
  static int64_t most_segments(const ConvolutionShape& s) { return 2 * s.taps; }

  PatchVector(PatchSegment* segments, PatchPiece* pieces) : segments_(segments), pieces_(pieces) {}

  const PatchSegment* begin() const { return segments_; }
  const PatchSegment* end() const { return segments_ + segment_count_; }

  /** Takes `columns` positions from `first` on, counted through all images; channels count from `first_channel` on. */
  void find(const ConvolutionShape& s, const PatchSteps& steps, int64_t first_channel, int64_t first, int64_t columns) {
    find_rows(s, first_channel, first, columns);
    segment_count_ = 0;
    piece_count_ = 0;
    const bool has_odd = s.in_channels % steps.values_per_word != 0;
    const bool is_interior =
        std::all_of(rows_, rows_ + row_count_, [&s](const Row& row) { return row.is_interior(s); });
    if (is_interior && !has_odd) return add_segment(s, 0, 0, steps.count, true);
    for (int64_t tap = 0; tap < s.taps; tap++) {
      const int64_t begin = tap * steps.tap_words;
      const int64_t end = begin + steps.tap_words;
      add_segment(s, tap, begin, has_odd ? end - 1 : end, true);
      if (has_odd) add_segment(s, tap, end - 1, end, false);
    }
  }

 private:
  /** Neighbours in a row of the output, and where the first tap of the first of them looks. */
  struct Row {
    int64_t lane, length, id, ih, iw, source;

    static bool is_inside(int64_t begin, int64_t last, int64_t size) { return begin >= 0 && last < size; }
    bool is_interior(const ConvolutionShape& s) const {
      return s.is_pointwise() || (is_inside(id, id + (s.kd - 1) * s.dd, s.d) &&
                                  is_inside(ih, ih + (s.kh - 1) * s.dh, s.h) &&
                                  is_inside(iw, iw + (length - 1) * s.sw + (s.kw - 1) * s.dw, s.w));
    }
  };

  void find_rows(const ConvolutionShape& s, int64_t first_channel, int64_t first, int64_t columns) {
    row_count_ = 0;
    // Where no tap looks beyond its position, rows of one image follow each other without a gap.
    const int64_t width = s.is_pointwise() ? s.positions : s.ow;
    for (int64_t lane = 0; lane < columns;) {
      const int64_t image = (first + lane) / s.positions;
      const int64_t rest = first + lane - image * s.positions;
      const int64_t row = rest / width;
      const int64_t column = rest - row * width;
      Row& r = rows_[row_count_++];
      r = {lane, std::min(width - column, columns - lane), 0, 0, column, 0};
      if (!s.is_pointwise()) {
        r.id = row / s.oh * s.sd - s.pd;
        r.ih = row % s.oh * s.sh - s.ph;
        r.iw = column * s.sw - s.pw;
      }
      r.source = (image * s.c_in + first_channel) * s.plane + (r.id * s.h + r.ih) * s.w + r.iw - lane * s.sw;
      lane += r.length;
    }
  }

  void add_segment(const ConvolutionShape& s, int64_t tap, int64_t begin, int64_t end, bool has_second) {
    if (begin == end) return;
    const int64_t first = piece_count_;
    const int64_t kw = tap % s.kw;
    const int64_t kh = tap / s.kw % s.kh;
    const int64_t kd = tap / s.kw / s.kh;
    for (int64_t i = 0; i < row_count_; i++) {
      const Row& row = rows_[i];
      int64_t low = 0;
      int64_t high = row.length;
      if (!s.is_pointwise()) {
        const int64_t id = row.id + kd * s.dd;
        const int64_t ih = row.ih + kh * s.dh;
        const int64_t iw = row.iw + kw * s.dw;
        if (id < 0 || id >= s.d || ih < 0 || ih >= s.h || iw >= s.w) continue;
        if (iw < 0) low = (-iw + s.sw - 1) / s.sw;
        if (iw + (high - 1) * s.sw >= s.w) high = (s.w - iw + s.sw - 1) / s.sw;
      }
      if (low >= high) continue;
      pieces_[piece_count_++] = {row.source, row.lane + low, row.lane + high,
                                 lanes_between(row.lane + low, row.lane + high)};
    }
    segments_[segment_count_++] = {begin, end, pieces_ + first, piece_count_ - first, has_second};
  }

  PatchSegment* segments_;
  PatchPiece* pieces_;
  int64_t segment_count_ = 0;
  int64_t piece_count_ = 0;
  Row rows_[kLanes];
  int64_t row_count_ = 0;
};

}  // namespace camada
