// Average pooling is a depthwise convolution by ones, divided afterwards.
#include "buffer-pool.h"
#include "parallel.h"
#include "pool-rows.h"
#include "pool.h"
#include "spatial-simd.h"
#include "status.h"

CAMADA_EXPORT int32_t camada_depthwise_convolution(const double* fields, const float* x, const float* weight,
                                                   const float* bias, float* y);
CAMADA_EXPORT int32_t camada_depthwise_input_gradient(const double* fields, const float* dy, const float* y,
                                                      const float* weight, float* dx);

namespace camada {
namespace {

constexpr int64_t kChunkRows = 64;
constexpr int64_t kChunkElements = 32768;

/** What `read_depthwise` takes for planes that are images of one channel. */
struct OnesFields {
  double values[24];

  explicit OnesFields(const Pool& pool) {
    int at = 0;
    for (const double value : {static_cast<double>(pool.planes), 1.0, 1.0, 1.0}) values[at++] = value;
    const Window& window = pool.window;
    for (int64_t WindowAxis::*field : {&WindowAxis::in, &WindowAxis::out, &WindowAxis::kernel, &WindowAxis::stride,
                                       &WindowAxis::pad, &WindowAxis::dilation}) {
      for (const WindowAxis* axis : {&window.d, &window.h, &window.w}) values[at++] = static_cast<double>(axis->*field);
    }
    values[at++] = 0;
    values[at] = 0;
  }
};

/** `to = from / divisor of the window`, all rows of all planes; `to` may be `from`. */
int32_t divide_by_extents(const Pool& pool, const float* from, float* to) {
  const Window& window = pool.window;
  const int64_t columns = window.w.out;
  const Scratch<float> extents(round_up(columns, kLanes));
  if (extents.get() == nullptr) return kOutOfMemory;
  fill_floats(extents.get(), 1, round_up(columns, kLanes));
  for (int64_t i = 0; i < columns; i++) extents.get()[i] = static_cast<float>(pool.extent(2, i));
  parallel_ranges(pool.planes * window.d.out * window.h.out, kChunkRows, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t row = begin; row < end; row++) {
      const int64_t slice = row / window.h.out;
      const int64_t others = pool.extent(0, slice % window.d.out) * pool.extent(1, row - slice * window.h.out);
      for (int64_t i = 0; i < columns; i += kLanes) {
        const LaneSpan lanes(0, columns - i);
        const Floats count = load(extents.get() + i) * splat(static_cast<float>(others));
        // A window without an element has the sum 0, and that is its average.
        const Floats divisor = select(count < splat(1.0f), splat(1.0f), count);
        store_span(to + row * columns + i, load_span(from + row * columns + i, lanes) / divisor, lanes);
      }
    }
  });
  return kOk;
}

/** `count` ones, or null. */
const float* ones(const Scratch<float>& scratch, int64_t count) {
  if (scratch.get() != nullptr) fill_floats(scratch.get(), 1, count);
  return scratch.get();
}

void global_average(const Pool& pool, const float* x, float* y) {
  const int64_t size = pool.window.in_size();
  const int64_t extent = pool.extent(0, 0) * pool.extent(1, 0) * pool.extent(2, 0);
  const int64_t grain = kChunkElements / (size + 1) + 1;
  parallel_ranges(pool.planes, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t plane = begin; plane < end; plane++) {
      const float* from = x + plane * size;
      Floats sums[4] = {};
      int64_t i = 0;
      for (; i + 4 * kLanes <= size; i += 4 * kLanes) {
        for (int v = 0; v < 4; v++) sums[v] += load(from + i + v * kLanes);
      }
      for (; i < size; i += kLanes) sums[0] += load_span(from + i, {0, size - i});
      const double sum = sum_of_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
      y[plane] = static_cast<float>(sum / static_cast<double>(extent > 0 ? extent : 1));
    }
  });
}

}  // namespace
}  // namespace camada

/** Averages of windows; `x [planes, ...in]`, `y [planes, ...out]`. For `fields` see `read_pool`. */
CAMADA_EXPORT int32_t camada_average_pool(const double* fields, const float* x, float* y) {
  using namespace camada;
  Pool pool;
  if (!read_pool(fields, pool)) return kInvalid;
  if (pool.planes == 0 || pool.window.out_size() == 0) return kOk;
  if (is_global(pool.window)) {
    global_average(pool, x, y);
    return kOk;
  }
  if (pools_by_rows(pool.window)) return average_pool_rows(pool, x, y);
  const Scratch<float> scratch(pool.window.taps());
  const float* weight = ones(scratch, pool.window.taps());
  if (weight == nullptr) return kOutOfMemory;
  const int32_t status = camada_depthwise_convolution(OnesFields(pool).values, x, weight, nullptr, y);
  return status != kOk ? status : divide_by_extents(pool, y, y);
}

/** The gradient of `camada_average_pool`'s input; `dy [planes, ...out]`, `dx [planes, ...in]`. */
CAMADA_EXPORT int32_t camada_average_pool_gradient(const double* fields, const float* dy, float* dx) {
  using namespace camada;
  Pool pool;
  if (!read_pool(fields, pool)) return kInvalid;
  if (pool.planes == 0 || pool.window.in_size() == 0) return kOk;
  if (!is_global(pool.window) && pools_by_rows(pool.window)) return average_pool_rows_gradient(pool, dy, dx);
  const int64_t outputs = pool.planes * pool.window.out_size();
  const Scratch<float> scratch(pool.window.taps());
  const Scratch<float> shares(outputs > 0 ? outputs : 1);
  const float* weight = ones(scratch, pool.window.taps());
  if (weight == nullptr || shares.get() == nullptr) return kOutOfMemory;
  const int32_t status = divide_by_extents(pool, dy, shares.get());
  if (status != kOk) return status;
  if (is_global(pool.window)) {
    const int64_t size = pool.window.in_size();
    parallel_ranges(pool.planes, kChunkElements / (size + 1) + 1, [&](int64_t begin, int64_t end, int32_t) {
      for (int64_t plane = begin; plane < end; plane++) fill_floats(dx + plane * size, shares.get()[plane], size);
    });
    return kOk;
  }
  return camada_depthwise_input_gradient(OnesFields(pool).values, shares.get(), nullptr, weight, dx);
}
