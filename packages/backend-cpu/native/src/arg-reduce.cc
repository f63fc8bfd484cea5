// Positions of the largest or smallest element along an axis.
#include <algorithm>

#include "buffer-pool.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

namespace camada {
namespace {

constexpr int64_t kColumns = 256;

/** Another element replaces the first only if it is better: the first of equals stays, and so does a NaN in front. */
template <bool kLargest, class Element>
bool is_better(Element value, Element best) {
  return kLargest ? value > best : value < best;
}

/** The position in a row of neighbours. */
template <bool kLargest, class Element>
int32_t best_of_row(const Element* x, int64_t length) {
  const Element first = x[0];
  if (first != first) return 0;
  using Vector = Lanes<Element>;
  Vector best = splat_lanes(first);
  Ints places{};
  Ints here;
  for (int32_t lane = 0; lane < kLanes; lane++) here[lane] = lane;
  int64_t i = 0;
  for (; i + kLanes <= length; i += kLanes, here += static_cast<int32_t>(kLanes)) {
    const Vector value = load_lanes(x + i);
    const Ints better = kLargest ? value > best : value < best;
    best = better ? value : best;
    places = better ? here : places;
  }
  Element result = first;
  int32_t place = 0;
  for (int64_t lane = 0; lane < kLanes; lane++) {
    const bool is_earlier = best[lane] == result && places[lane] < place;
    if (!is_better<kLargest, Element>(best[lane], result) && !is_earlier) continue;
    result = best[lane];
    place = places[lane];
  }
  for (; i < length; i++) {
    if (!is_better<kLargest>(x[i], result)) continue;
    result = x[i];
    place = static_cast<int32_t>(i);
  }
  return place;
}

/** The positions in up to `kColumns` columns, side by side. */
template <bool kLargest, class Element>
void best_of_columns(const Element* x, int64_t length, int64_t stride, int64_t width, int32_t* places) {
  Element best[kColumns];
  std::copy(x, x + width, best);
  std::fill(places, places + width, 0);
  for (int64_t i = 1; i < length; i++) {
    x += stride;
    for (int64_t j = 0; j < width; j++) {
      const bool better = is_better<kLargest>(x[j], best[j]);
      best[j] = better ? x[j] : best[j];
      places[j] = better ? static_cast<int32_t>(i) : places[j];
    }
  }
}

/** What lies around the axis. */
struct Around {
  int64_t outer;
  int64_t length;
  int64_t inner;
};

template <bool kLargest, class Element>
Status arg_reduce(const Around& shape, const Element* x, int32_t* y) {
  const auto [outer, length, inner] = shape;
  const int64_t width = std::min(inner, kColumns);
  const int64_t blocks = (inner + kColumns - 1) / kColumns;
  const int64_t grain = std::max<int64_t>(1, kGrain / (length * width));
  parallel_ranges(outer * blocks, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t row = i / blocks;
      const int64_t column = i % blocks * kColumns;
      const Element* from = x + row * length * inner + column;
      int32_t* to = y + row * inner + column;
      if (inner == 1) *to = best_of_row<kLargest>(from, length);
      else best_of_columns<kLargest>(from, length, inner, std::min(kColumns, inner - column), to);
    }
  });
  return kOk;
}

template <class Element>
Status run(bool is_largest, const Around& shape, const void* x, void* y) {
  const auto* from = static_cast<const Element*>(x);
  auto* to = static_cast<int32_t*>(y);
  return is_largest ? arg_reduce<true>(shape, from, to) : arg_reduce<false>(shape, from, to);
}

}  // namespace
}  // namespace camada

/** Fields: `1 for the largest and 0 for the smallest, type of x, size of outer axes, of the axis, of inner axes`. */
CAMADA_EXPORT int32_t camada_arg_reduce(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const bool is_largest = fields.flag();
  const ElementType type = fields.type();
  const int64_t outer = fields.integer();
  const int64_t length = fields.integer();
  const int64_t inner = fields.integer();
  const Around shape{outer, length, inner};
  if (outer < 0 || length < 0 || inner < 0 || length > INT32_MAX) return kInvalid;
  if (outer * inner == 0) return kOk;
  if (length == 0) {
    std::fill_n(static_cast<int32_t*>(y), outer * inner, 0);
    return kOk;
  }
  if (type == ElementType::kFloat) return run<float>(is_largest, shape, x, y);
  return type == ElementType::kInt ? run<int32_t>(is_largest, shape, x, y) : kUnsupported;
}
