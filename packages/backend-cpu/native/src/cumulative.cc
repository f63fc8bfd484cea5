// Running sums and products along an axis.
#include <algorithm>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

namespace camada {
namespace {

constexpr int64_t kColumns = 512;

struct Scan {
  int64_t outer;
  int64_t length;
  int64_t inner;
  /** Leaves the element itself out. */
  bool is_exclusive;
  bool is_reverse;
};

/** Columns side by side; every value is rounded as it is stored, as tfjs has it. */
template <class Element, class Function>
void scan_columns(const Scan& scan, const Element* x, Element* y, int64_t width, Element start, Function function) {
  const int64_t step = scan.is_reverse ? -scan.inner : scan.inner;
  if (scan.is_reverse) {
    x += (scan.length - 1) * scan.inner;
    y += (scan.length - 1) * scan.inner;
  }
  for (int64_t i = 0; i < scan.length; i++, x += step, y += step) {
    for (int64_t j = 0; j < width; j++) {
      const Element before = i == 0 ? start : y[j - step];
      const Element added = scan.is_exclusive ? (i == 0 ? start : x[j - step]) : x[j];
      y[j] = function(before, added);
    }
  }
}

template <class Element, class Function>
Status run(const Scan& scan, const void* x, void* y, Element start, Function function) {
  const auto* from = static_cast<const Element*>(x);
  auto* to = static_cast<Element*>(y);
  const int64_t blocks = (scan.inner + kColumns - 1) / kColumns;
  const int64_t grain = std::max<int64_t>(1, kGrain / (scan.length * std::min(scan.inner, kColumns)));
  parallel_ranges(scan.outer * blocks, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t column = i % blocks * kColumns;
      const int64_t place = i / blocks * scan.length * scan.inner + column;
      scan_columns(scan, from + place, to + place, std::min(kColumns, scan.inner - column), start, function);
    }
  });
  return kOk;
}

}  // namespace
}  // namespace camada

/**
 * Fields: `1 for products and 0 for sums, type of x and y, size of outer axes, of the axis, of inner axes, 1 to leave the
 * element itself out, 1 to go from the end`.
 */
CAMADA_EXPORT int32_t camada_cumulative(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const bool is_product = fields.flag();
  const ElementType type = fields.type();
  Scan scan;
  scan.outer = fields.integer();
  scan.length = fields.integer();
  scan.inner = fields.integer();
  scan.is_exclusive = fields.flag();
  scan.is_reverse = fields.flag();
  if (scan.outer < 0 || scan.length < 0 || scan.inner < 0) return kInvalid;
  if (scan.outer * scan.length * scan.inner == 0) return kOk;
  if (type == ElementType::kFloat) {
    return is_product ? run(scan, x, y, 1.0f, [](float a, float b) { return a * b; })
                      : run(scan, x, y, 0.0f, [](float a, float b) { return a + b; });
  }
  if (type != ElementType::kInt) return kUnsupported;
  return is_product ? run(scan, x, y, uint32_t{1}, [](uint32_t a, uint32_t b) { return a * b; })
                    : run(scan, x, y, uint32_t{0}, [](uint32_t a, uint32_t b) { return a + b; });
}
