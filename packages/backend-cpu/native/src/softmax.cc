// Softmax and its logarithm along the innermost axis.
#include <algorithm>
#include <cmath>

#include "double-sums.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "reduce-functions.h"
#include "softmax.h"
#include "status.h"
#include "vector-math.h"

namespace camada {

double exponentials_of_row(const float* x, float* y, int64_t count, float highest) {
  const Floats top = splat(highest);
  Floats sum{};
  DoubleSums total;
  int64_t i = 0;
  int64_t since = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const Floats value = exp(load(x + i) - top);
    store(y + i, value);
    sum += value;
    // Sums of few vectors stay exact to a few units in the last place.
    if (++since < 16) continue;
    total += sum;
    sum = Floats{};
    since = 0;
  }
  total += sum;
  double result = 0;
  if (i < count) {
    const int64_t rest = count - i;
    const Floats value = exp(load_some(x + i, rest) - top);
    store_some(y + i, value, rest);
    for (int64_t lane = 0; lane < rest; lane++) result += static_cast<double>(value[lane]);
  }
  double lanes[kLanes];
  total.write(lanes);
  for (const double lane : lanes) result += lane;
  return result;
}

namespace {

void softmax_row(const float* x, float* y, int64_t count) {
  const double sum = exponentials_of_row(x, y, count, FloatMaximum::row(x, count));
  const Floats divisor = splat(static_cast<float>(sum));
  map_elements(y, y, count, [&](Floats value) { return value / divisor; });
}

void log_softmax_row(const float* x, float* y, int64_t count) {
  const float highest = FloatMaximum::row(x, count);
  const Floats top = splat(highest);
  const Floats rest = splat(static_cast<float>(std::log(exponentials_of_row(x, y, count, highest))));
  map_elements(x, y, count, [&](Floats value) { return (value - top) - rest; });
}

}  // namespace
}  // namespace camada

/** Fields: `rows, columns, 1 for the logarithm`. */
CAMADA_EXPORT int32_t camada_softmax(const double* numbers, const float* x, float* y) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t rows = fields.integer();
  const int64_t columns = fields.integer();
  const bool is_logarithm = fields.flag();
  if (rows < 0 || columns < 0) return kInvalid;
  if (rows * columns == 0) return kOk;
  // An exponential is worth several elements of other kernels.
  const int64_t grain = std::max<int64_t>(1, kGrain / 4 / columns);
  parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      if (is_logarithm) log_softmax_row(x + i * columns, y + i * columns, columns);
      else softmax_row(x + i * columns, y + i * columns, columns);
    }
  });
  return kOk;
}
