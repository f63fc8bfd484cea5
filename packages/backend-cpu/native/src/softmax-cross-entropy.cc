// Cross-entropy of a softmax against class numbers, and its gradient.
#include <algorithm>
#include <cmath>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "reduce-functions.h"
#include "softmax.h"
#include "status.h"

namespace camada {
namespace {

/** The number of rows and of columns, 0 rows where there is nothing to do. */
struct Matrix {
  int64_t rows;
  int64_t columns;
  int64_t grain;

  Status read(const double* numbers) {
    Fields fields(numbers);
    rows = fields.integer();
    columns = fields.integer();
    if (rows < 0 || columns < 0) return kInvalid;
    if (columns == 0) rows = 0;
    grain = std::max<int64_t>(1, kGrain / 4 / std::max<int64_t>(1, columns));
    return kOk;
  }
};

int64_t nearest_class(int32_t label, const Matrix& shape) {
  return std::clamp<int64_t>(label, 0, shape.columns - 1);
}

/**
 * Writes the softmax of a row and gives `-log p[label] = log(1 + the other exp(x - top)) + (top - x[label])`, which keeps
 * its digits where the answer is almost sure.
 */
float loss_of_row(const float* x, int64_t label, float* probabilities, int64_t classes) {
  const float top = FloatMaximum::row(x, classes);
  const double sum = exponentials_of_row(x, probabilities, classes, top);
  double others = sum - 1;
  if (others < 0.5) {
    // Subtracting cost digits: they are added up anew without the first of the largest, whose exponential is 1.
    const auto* first = std::find(x, x + classes, top);
    others = 0;
    for (int64_t j = 0; j < classes; j++) {
      if (x + j != first) others += static_cast<double>(probabilities[j]);
    }
  }
  const Floats divisor = splat(static_cast<float>(sum));
  map_elements(probabilities, probabilities, classes, [&](Floats value) { return value / divisor; });
  return static_cast<float>(std::log1p(others) + (static_cast<double>(top) - static_cast<double>(x[label])));
}

}  // namespace
}  // namespace camada

/** Fields: `n, classes`. A label outside of the classes stands for the nearest one. Logits and probabilities `[n, classes]`, labels and loss `[n]`. */
CAMADA_EXPORT int32_t camada_softmax_cross_entropy(const double* numbers, const float* logits, const int32_t* labels,
                                                   float* loss, float* probabilities) {
  using namespace camada;
  Matrix shape;
  if (const Status status = shape.read(numbers); status != kOk) return status;
  parallel_ranges(shape.rows, shape.grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t row = i * shape.columns;
      loss[i] = loss_of_row(logits + row, nearest_class(labels[i], shape), probabilities + row, shape.columns);
    }
  });
  return kOk;
}

/** `(probabilities - onehot(labels)) d_loss`. Fields: `n, classes`. */
CAMADA_EXPORT int32_t camada_softmax_cross_entropy_gradient(const double* numbers, const float* d_loss,
                                                            const int32_t* labels, const float* probabilities,
                                                            float* d_logits) {
  using namespace camada;
  Matrix shape;
  if (const Status status = shape.read(numbers); status != kOk) return status;
  parallel_ranges(shape.rows, shape.grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const float* from = probabilities + i * shape.columns;
      float* to = d_logits + i * shape.columns;
      const Floats factor = splat(d_loss[i]);
      map_elements(from, to, shape.columns, [&](Floats value) { return value * factor; });
      const int64_t label = nearest_class(labels[i], shape);
      to[label] = (from[label] - 1.0f) * d_loss[i];
    }
  });
  return kOk;
}
