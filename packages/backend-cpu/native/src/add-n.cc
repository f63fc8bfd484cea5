// Sums of any number of tensors of one shape.
#include <algorithm>

#include "binary-functions.h"
#include "buffer-pool.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

namespace camada {
namespace {

/** From the first to the last, each sum rounded, as tfjs adds them. */
template <class Element>
Status add_all(const Element* const* terms, int64_t count_of_terms, Element* y, int64_t count) {
  // Sums so far stay in the cache until the next term is added.
  constexpr int64_t kBlock = 2048;
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t block = begin; block < end; block += kBlock) {
      const int64_t size = std::min(kBlock, end - block);
      if (count_of_terms == 1) {
        std::copy_n(terms[0] + block, size, y + block);
        continue;
      }
      combine_elements(terms[0] + block, terms[1] + block, y + block, size, Add());
      for (int64_t i = 2; i < count_of_terms; i++) {
        combine_elements(y + block, terms[i] + block, y + block, size, Add());
      }
    }
  });
  return kOk;
}

template <class Element>
Status read_and_add(Fields& fields, int64_t count_of_terms, void* y, int64_t count) {
  Scratch<const Element*> terms(count_of_terms);
  if (terms.get() == nullptr) return kOutOfMemory;
  for (int64_t i = 0; i < count_of_terms; i++) terms.get()[i] = fields.pointer<const Element>();
  return add_all<Element>(terms.get(), count_of_terms, static_cast<Element*>(y), count);
}

}  // namespace
}  // namespace camada

/** Fields: `type, elements, terms, address of each term`. */
CAMADA_EXPORT int32_t camada_add_n(const double* numbers, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType type = fields.type();
  const int64_t count = fields.integer();
  const int64_t terms = fields.integer();
  if (terms < 1) return kInvalid;
  if (type == ElementType::kFloat) return read_and_add<float>(fields, terms, y, count);
  return type == ElementType::kInt ? read_and_add<int32_t>(fields, terms, y, count) : kUnsupported;
}
