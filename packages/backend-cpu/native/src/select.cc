// Elements of one tensor or another by a condition, and tensors of one value.
#include <algorithm>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "to-int32.h"

namespace camada {
namespace {

void select_words(const uint8_t* condition, const int32_t* a, const int32_t* b, int32_t* y, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    store_lanes(y + i, load_lanes(condition + i) != 0 ? load_lanes(a + i) : load_lanes(b + i));
  }
  for (; i < count; i++) y[i] = condition[i] != 0 ? a[i] : b[i];
}

template <class Element>
Status fill(void* y, int64_t count, Element value) {
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    std::fill(static_cast<Element*>(y) + begin, static_cast<Element*>(y) + end, value);
  });
  return kOk;
}

}  // namespace
}  // namespace camada

/** `y = condition ? a : b`, all of one shape. Fields: `bytes of an element of a and b (4), elements`. */
CAMADA_EXPORT int32_t camada_select(const double* numbers, const uint8_t* condition, const void* a, const void* b,
                                    void* y) {
  using namespace camada;
  Fields fields(numbers);
  if (fields.integer() != 4) return kUnsupported;
  const int64_t count = fields.integer();
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    select_words(condition + begin, static_cast<const int32_t*>(a) + begin, static_cast<const int32_t*>(b) + begin,
                 static_cast<int32_t*>(y) + begin, end - begin);
  });
  return kOk;
}

/** Fields: `type, elements, value`. */
CAMADA_EXPORT int32_t camada_fill(const double* numbers, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType type = fields.type();
  const int64_t count = fields.integer();
  const double value = fields.number();
  if (type == ElementType::kFloat) return fill(y, count, static_cast<float>(value));
  if (type == ElementType::kInt) return fill(y, count, to_int32(value));
  return fill(y, count, static_cast<uint8_t>(to_int32(value)));
}
