// Slices picked by numbers, and their gradient: sums of the slices of equal numbers.
#include <algorithm>
#include <cstring>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "to-int32.h"

namespace camada {
namespace {

bool are_within(const int32_t* indices, int64_t count, int64_t limit) {
  return std::all_of(indices, indices + count, [&](int32_t index) { return index >= 0 && index < limit; });
}

template <class Element>
void add_slices(const int32_t* ids, const Element* x, Element* y, int64_t rows, int64_t slice, int64_t segments) {
  std::fill_n(y, segments * slice, Element{});
  // Threads share columns, not rows: every sum is added up in the order of the rows.
  const int64_t width = std::max<int64_t>(256, kGrain / std::max<int64_t>(1, rows));
  parallel_ranges(slice, width, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t row = 0; row < rows; row++) {
      const int32_t id = ids[row];
      if (id < 0 || id >= segments) continue;
      const Element* from = x + row * slice;
      Element* to = y + id * slice;
      for (int64_t i = begin; i < end; i++) to[i] += from[i];
    }
  });
}

template <class Element>
Status one_hot(const int32_t* indices, Element* y, int64_t count, int64_t depth, Element on, Element off) {
  if (count * depth == 0) return kOk;
  parallel_ranges(count, std::max<int64_t>(1, kGrain / depth), [&](int64_t begin, int64_t end, int32_t) {
    std::fill(y + begin * depth, y + end * depth, off);
    for (int64_t i = begin; i < end; i++) {
      if (indices[i] >= 0 && indices[i] < depth) y[i * depth + indices[i]] = on;
    }
  });
  return kOk;
}

}  // namespace
}  // namespace camada

/**
 * `y[b, o, i] = x[b, o, indices[b, i]]`. Fields: `bytes of an element, batches, size of outer axes, of the axis, of inner
 * axes, indices of a batch`.
 */
CAMADA_EXPORT int32_t camada_gather(const double* numbers, const void* x, const int32_t* indices, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t element_bytes = fields.integer();
  const int64_t batches = fields.integer();
  const int64_t outer = fields.integer();
  const int64_t length = fields.integer();
  const int64_t slice = fields.integer() * element_bytes;
  const int64_t picks = fields.integer();
  if (!are_within(indices, batches * picks, length)) return kInvalid;
  const int64_t rows = batches * outer * picks;
  if (rows * slice == 0) return kOk;
  const int64_t grain = std::max<int64_t>(1, kGrain * 4 / slice);
  parallel_ranges(rows, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t row = begin; row < end; row++) {
      const int64_t matrix = row / picks;
      const int32_t index = indices[matrix / outer * picks + row % picks];
      const char* from = static_cast<const char*>(x) + (matrix * length + index) * slice;
      std::memcpy(static_cast<char*>(y) + row * slice, from, static_cast<size_t>(slice));
    }
  });
  return kOk;
}

/** `y[ids[i]] += x[i]` from 0; ids outside are left out. Fields: `type, rows, elements of a row, rows of y`. */
CAMADA_EXPORT int32_t camada_segment_sum(const double* numbers, const void* x, const int32_t* ids, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType type = fields.type();
  const int64_t rows = fields.integer();
  const int64_t slice = fields.integer();
  const int64_t segments = fields.integer();
  if (type == ElementType::kFloat) {
    add_slices(ids, static_cast<const float*>(x), static_cast<float*>(y), rows, slice, segments);
  } else if (type == ElementType::kInt) {
    add_slices(ids, static_cast<const uint32_t*>(x), static_cast<uint32_t*>(y), rows, slice, segments);
  } else {
    return kUnsupported;
  }
  return kOk;
}

/**
 * Fields: `type of y, elements, depth, value of the element that an index names, value of the others`. `y` is
 * `[elements, depth]`.
 */
CAMADA_EXPORT int32_t camada_one_hot(const double* numbers, const int32_t* indices, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType type = fields.type();
  const int64_t count = fields.integer();
  const int64_t depth = fields.integer();
  const double on = fields.number();
  const double off = fields.number();
  if (type == ElementType::kFloat) {
    return one_hot(indices, static_cast<float*>(y), count, depth, static_cast<float>(on), static_cast<float>(off));
  }
  if (type == ElementType::kInt) {
    return one_hot(indices, static_cast<int32_t*>(y), count, depth, to_int32(on), to_int32(off));
  }
  const auto byte = [](double value) { return static_cast<uint8_t>(to_int32(value)); };
  return one_hot(indices, static_cast<uint8_t*>(y), count, depth, byte(on), byte(off));
}
