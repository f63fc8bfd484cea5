// Copies operands of a product into the order in which the tile kernel reads them.
#pragma once
#include <algorithm>

#include "tile-kernel.h"
#include "transpose.h"

namespace camada {

/** Element `(row, column)` stands at `data[row * row_stride + column * column_stride]`. */
struct MatrixView {
  const float* data;
  int64_t row_stride;
  int64_t column_stride;

  const float* at(int64_t row, int64_t column) const { return data + row * row_stride + column * column_stride; }
  MatrixView transposed() const { return {data, column_stride, row_stride}; }
};

namespace detail {

/** `to[step][0..width)` from rows whose steps are neighbours; `to` has `pitch` words a step. */
inline void pack_transposed(MatrixView from, int64_t width, int64_t steps, float* to, int64_t pitch) {
  const bool is_dense = width < kLanes && pitch == width;
  const float* end = to + steps * pitch;
  for (int64_t first = 0; first < width; first += kLanes) {
    const int64_t rows = std::min<int64_t>(kLanes, width - first);
    int64_t step = 0;
    for (; step + kLanes <= steps; step += kLanes) {
      float* target = to + step * pitch + first;
      Floats block[kLanes];
      if (rows == kLanes) {
#pragma GCC unroll 16
        for (int64_t row = 0; row < kLanes; row++) block[row] = load(from.at(first + row, step));
        transpose(block);
#pragma GCC unroll 16
        for (int64_t i = 0; i < kLanes; i++) store(target + i * pitch, block[i]);
      } else {
        for (int64_t row = 0; row < kLanes; row++) {
          block[row] = row < rows ? load(from.at(first + row, step)) : Floats{};
        }
        transpose(block);
        for (int64_t i = 0; i < kLanes; i++) {
          float* place = target + i * pitch;
          // Lanes beyond a dense step go to the next one, which is written later.
          if (is_dense && place + kLanes <= end) {
            store(place, block[i]);
          } else {
            store_some(place, block[i], rows);
          }
        }
      }
    }
    for (; step < steps; step++) {
      for (int64_t row = 0; row < rows; row++) to[step * pitch + first + row] = *from.at(first + row, step);
    }
  }
}

}  // namespace detail

/** `to[step][row]`, dense, from `rows` rows with `steps` columns each. */
inline void pack_rows(MatrixView from, int64_t rows, int64_t steps, float* to) {
  if (from.column_stride == 1) return detail::pack_transposed(from, rows, steps, to, rows);
  for (int64_t step = 0; step < steps; step++) {
    for (int64_t row = 0; row < rows; row++) to[step * rows + row] = *from.at(row, step);
  }
}

/**
 * Panels of columns one after another, each `[step][column]`, dense with whole vectors a step and zeros beyond the last
 * column; `from` is `[steps, columns]`.
 */
inline void pack_columns(MatrixView from, int64_t steps, int64_t columns, float* to) {
  for (int64_t first = 0; first < columns; first += kTileColumns) {
    const int64_t width = std::min(kTileColumns, columns - first);
    const int64_t pitch = (width + kLanes - 1) / kLanes * kLanes;
    float* panel = to + first * steps;
    if (width < pitch) {
      for (int64_t step = 0; step < steps; step++) store(panel + step * pitch + pitch - kLanes, Floats{});
    }
    if (from.row_stride == 1) {
      const MatrixView view = {from.at(0, first), from.row_stride, from.column_stride};
      detail::pack_transposed(view.transposed(), width, steps, panel, pitch);
    }
  }
  if (from.row_stride == 1) return;
  // Step by step across all panels, so that what is read lies in one stretch.
  for (int64_t step = 0; step < steps; step++) {
    const float* source = from.at(step, 0);
    for (int64_t first = 0; first < columns; first += kTileColumns) {
      const int64_t width = std::min(kTileColumns, columns - first);
      const int64_t pitch = (width + kLanes - 1) / kLanes * kLanes;
      const int64_t whole = width / kLanes * kLanes;
      float* target = to + first * steps + step * pitch;
      if (from.column_stride == 1) {
        for (int64_t i = 0; i < whole; i += kLanes) store(target + i, load(source + first + i));
        if (width > whole) store(target + whole, load_some(source + first + whole, width - whole));
      } else {
        for (int64_t i = 0; i < width; i++) target[i] = source[(first + i) * from.column_stride];
      }
    }
  }
}

}  // namespace camada
