// Weights at Winograd's points.
#pragma once
#include "parallel.h"
#include "winograd-tiles.h"
#include "winograd-transform.h"

namespace camada {

/** Which channels are rows of the products; the others are summed over. */
enum class WinogradWeight { kRowsAreOutputs, kRowsAreInputs };

/** Values of the weight at the points, `[group, point, row panel, step, row]`, in panels of at most `most_rows` rows. */
struct WinogradWeightLayout {
  int64_t rows, steps;
  int64_t points;
  Parts panels;

  WinogradWeightLayout(const ConvolutionShape& s, int64_t points_along, WinogradWeight kind, int64_t most_rows)
      : rows(kind == WinogradWeight::kRowsAreOutputs ? s.out_channels : s.in_channels),
        steps(kind == WinogradWeight::kRowsAreOutputs ? s.in_channels : s.out_channels),
        points(points_along * points_along),
        panels(rows, most_rows) {}

  int64_t size(int64_t groups) const { return groups * points * point_stride(rows, steps); }
  /** Where a panel begins. */
  int64_t at(int64_t group, int64_t point, int64_t panel) const {
    return (group * points + point) * point_stride(rows, steps) + panels.begin(panel) * steps;
  }
};

template <int kTaps>
void transform_weight(const ConvolutionShape& s, WinogradWeight kind, const WinogradWeightLayout& layout,
                      const float* weight, float* u) {
  using Transform = WinogradTransform<kTaps>;
  constexpr int kPoints = Transform::kPoints;
  // Rows beside each other, in float64: the values are exact but for one rounding.
  constexpr int64_t kWidth = 8;
  typedef double Doubles __attribute__((vector_size(kWidth * 8)));
  const bool outputs = kind == WinogradWeight::kRowsAreOutputs;
  const int64_t row_stride = (outputs ? s.in_channels : 1) * s.taps;
  const int64_t step_stride = (outputs ? 1 : s.in_channels) * s.taps;
  parallel_for(s.groups * layout.panels.parts, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / layout.panels.parts;
    const int64_t panel = chunk % layout.panels.parts;
    const int64_t rows = layout.panels.size(panel);
    const float* from = weight + group * s.out_channels * s.in_channels * s.taps + layout.panels.begin(panel) * row_stride;
    for (int64_t step = 0; step < layout.steps; step++, from += step_stride) {
      for (int64_t first = 0; first < rows; first += kWidth) {
        const int64_t count = std::min(kWidth, rows - first);
        transform_square<Doubles, kTaps, kPoints>(
            [](const Doubles* taps, Doubles* points) { Transform::weight(taps, points); },
            [&](int i, int j) {
              Doubles taps = {};
              for (int64_t row = 0; row < count; row++) {
                taps[row] = static_cast<double>(from[(first + row) * row_stride + i * kTaps + j]);
              }
              return taps;
            },
            [&](int i, int j, Doubles points) {
              float* to = u + layout.at(group, i * kPoints + j, panel) + step * rows + first;
              for (int64_t row = 0; row < count; row++) to[row] = static_cast<float>(points[row]);
            });
      }
    }
  });
}

}  // namespace camada
