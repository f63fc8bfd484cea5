#include "strip.h"

namespace camada {
namespace {

/** Floats of a strip that leave room for outputs and weights in a first-level cache of 32 KiB. */
constexpr int64_t kStripFloats = 5120;

/**
 * Calls `column_at(i)(row)` for `count` rows and every vector `i` of a row. Narrow rows go column by column: what depends
 * on the column alone, `column_at(i)` works out once.
 */
template <class ColumnAt>
inline void for_vectors(int64_t count, int64_t width, ColumnAt&& column_at) {
  if (width <= 2 * kLanes) {
    for (int64_t i = 0; i < width; i += kLanes) {
      const auto work = column_at(i);
      for (int64_t row = 0; row < count; row++) work(row);
    }
  } else {
    for (int64_t row = 0; row < count; row++) {
      for (int64_t i = 0; i < width; i += kLanes) column_at(i)(row);
    }
  }
}

/** Rows of a plane in one row phase of a strip. Columns count from the first of the padding. */
struct PhaseRows {
  const WindowAxis& w;
  const int64_t pitch;
  /** Floats from a column phase to the next. */
  const int64_t phase_step;
  /** Floats from a row of the plane to the next one of this phase. */
  const int64_t plane_step;
  const int64_t count;

  void gather(float* to, const float* from, float padding) const {
    const float* padded = from - w.pad;
    if (w.stride == 1) {
      for_vectors(count, pitch, [&](int64_t i) {
        return [=, this, real = real_lanes(i), kept = LaneSpan(0, pitch - i)](int64_t row) {
          store_span(to + row * pitch + i, load_span(padded + row * plane_step + i, real, padding), kept);
        };
      });
    } else if (w.stride == 2) {
      for_vectors(count, pitch, [&](int64_t i) {
        const LaneSpan real_a = real_lanes(2 * i);
        const LaneSpan real_b = real_lanes(2 * i + kLanes);
        return [=, this, kept = LaneSpan(0, pitch - i)](int64_t row) {
          const Floats a = load_span(padded + row * plane_step + 2 * i, real_a, padding);
          const Floats b = load_span(padded + row * plane_step + 2 * i + kLanes, real_b, padding);
          store_span(to + row * pitch + i, even_lanes(a, b), kept);
          store_span(to + phase_step + row * pitch + i, odd_lanes(a, b), kept);
        };
      });
    } else {
      for_each([&](int64_t row, int64_t i, int64_t phase, int64_t column) {
        const bool is_real = column >= 0 && column < w.in;
        to[phase * phase_step + row * pitch + i] = is_real ? from[row * plane_step + column] : padding;
      });
    }
  }

  template <bool Adds>
  void scatter(float* to, const float* from) const {
    float* padded = to - w.pad;
    if (w.stride == 1) {
      for_vectors(count, pitch, [&](int64_t i) {
        return [=, this, kept = kept_lanes(i, pitch)](int64_t row) {
          write<Adds>(padded + row * plane_step + i, load(from + row * pitch + i), kept);
        };
      });
    } else if (w.stride == 2) {
      for_vectors(count, pitch, [&](int64_t i) {
        const LaneSpan kept_low = kept_lanes(2 * i, 2 * pitch);
        const LaneSpan kept_high = kept_lanes(2 * i + kLanes, 2 * pitch);
        return [=, this](int64_t row) {
          const Floats a = load(from + row * pitch + i);
          const Floats b = load(from + phase_step + row * pitch + i);
          float* at = padded + row * plane_step + 2 * i;
          write<Adds>(at, interleave_low(a, b), kept_low);
          write<Adds>(at + kLanes, interleave_high(a, b), kept_high);
        };
      });
    } else {
      for_each([&](int64_t row, int64_t i, int64_t phase, int64_t column) {
        const bool is_real = column >= 0 && column < w.in;
        if (!is_real) return;
        float& place = to[row * plane_step + column];
        place = (Adds ? place : 0.0f) + from[phase * phase_step + row * pitch + i];
      });
    }
  }

 private:
  /** Which lanes of the vector at padded column `column` lie in the plane. */
  LaneSpan real_lanes(int64_t column) const { return {w.pad - column, w.pad + w.in - column}; }

  /** The same, of the first `columns` columns alone. */
  LaneSpan kept_lanes(int64_t column, int64_t columns) const {
    const int64_t end = w.pad + w.in < columns ? w.pad + w.in : columns;
    return {w.pad - column, end - column};
  }

  template <bool Adds>
  static void write(float* to, Floats value, LaneSpan lanes) {
    store_span(to, Adds ? load_span(to, lanes) + value : value, lanes);
  }

  template <class Work>
  void for_each(Work&& work) const {
    for (int64_t row = 0; row < count; row++) {
      for (int64_t phase = 0; phase < w.stride; phase++) {
        for (int64_t i = 0; i < pitch; i++) work(row, i, phase, i * w.stride + phase - w.pad);
      }
    }
  }
};

/** Of the rows `phase, phase + stride ...` below `padded_rows` those that lie in the plane, counted in steps. */
struct RealRows {
  int64_t begin;
  int64_t end;
  int64_t all;

  RealRows(const WindowAxis& h, int64_t first, int64_t padded_rows, int64_t phase) {
    // Padded row `phase + step * stride` is row `top + step * stride` of the plane.
    const int64_t top = first * h.stride - h.pad + phase;
    all = padded_rows > phase ? divide_up(padded_rows - phase, h.stride) : 0;
    begin = top >= 0 ? 0 : divide_up(-top, h.stride);
    end = top >= h.in ? 0 : divide_up(h.in - top, h.stride);
    if (begin > all) begin = all;
    if (end > all) end = all;
    if (end < begin) end = begin;
  }
};

}  // namespace

int64_t Strip::rows_for(const WindowAxis& h, const WindowAxis& w, int64_t slices) {
  const Strip one(h, w, slices, 1);
  const int64_t row_floats = slices * w.stride * h.stride * one.pitch;
  const int64_t rows = kStripFloats / (row_floats > 0 ? row_floats : 1) - h.reach() / h.stride;
  if (rows < 1) return 1;
  return rows < h.out ? rows : (h.out > 0 ? h.out : 1);
}

void Strip::gather(float* strip, int64_t slice, const float* plane, int64_t first, int64_t count,
                   float padding, int64_t plane_row) const {
  const int64_t padded_rows = count > 0 ? (count - 1) * h.stride + h.reach() + 1 : 0;
  const int64_t phase_step = h.stride * phase_size();
  for (int64_t phase = 0; phase < h.stride; phase++) {
    float* to = strip + slice * slice_size() + phase * phase_size();
    RealRows rows(h, first, padded_rows, phase);
    if (plane == nullptr) rows.begin = rows.end = rows.all;
    for (int64_t column = 0; column < w.stride; column++) {
      float* rest = to + column * phase_step;
      fill_floats(rest, padding, rows.begin * pitch);
      fill_floats(rest + rows.end * pitch, padding, (rows.all - rows.end) * pitch);
    }
    if (rows.begin == rows.end) continue;
    const PhaseRows real{w, pitch, phase_step, h.stride * w.in, rows.end - rows.begin};
    const int64_t row = (first + rows.begin) * h.stride - h.pad + phase;
    real.gather(to + rows.begin * pitch, plane + (row - plane_row) * w.in, padding);
  }
}

void Strip::scatter(const float* strip, int64_t slice, float* plane, int64_t first, int64_t count, bool adds) const {
  const int64_t padded_rows = count > 0 ? (count - 1) * h.stride + h.reach() + 1 : 0;
  const int64_t phase_step = h.stride * phase_size();
  for (int64_t phase = 0; phase < h.stride; phase++) {
    const float* from = strip + slice * slice_size() + phase * phase_size();
    const RealRows rows(h, first, padded_rows, phase);
    if (rows.begin == rows.end) continue;
    const PhaseRows real{w, pitch, phase_step, h.stride * w.in, rows.end - rows.begin};
    const int64_t row = (first + rows.begin) * h.stride - h.pad + phase;
    float* to = plane + row * w.in;
    if (adds) {
      real.scatter<true>(to, from + rows.begin * pitch);
    } else {
      real.scatter<false>(to, from + rows.begin * pitch);
    }
  }
}

}  // namespace camada
