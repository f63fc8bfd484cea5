// Tensors with a border, of one value or mirrored.
#include <algorithm>
#include <cstring>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

namespace camada {
namespace {

/** Numbered as in `src/native/standard/pad.ts`. */
enum class Border : int32_t { kConstant = 0, kReflect = 1, kSymmetric = 2 };

struct Padding {
  Border border;
  uint32_t value;
  int64_t rank;
  int64_t extent[kMaxRank];
  int64_t before[kMaxRank];
  int64_t after[kMaxRank];

  int64_t padded(int64_t axis) const { return before[axis] + extent[axis] + after[axis]; }

  /** Where along an axis an element of the result comes from, -1 for the border's value. */
  int64_t source(int64_t axis, int64_t place) const {
    const int64_t from = place - before[axis];
    if (from >= 0 && from < extent[axis]) return from;
    if (border == Border::kConstant) return -1;
    const int64_t shift = border == Border::kReflect ? 0 : 1;
    return from < 0 ? -from - shift : (extent[axis] - 1) * 2 - from + shift;
  }

  /** Joins axes without a border to the one before: longer rows. Mirrors would turn the joined elements round. */
  void simplify() {
    if (border != Border::kConstant) return;
    int64_t last = 0;
    for (int64_t axis = 1; axis < rank; axis++) {
      if (before[axis] == 0 && after[axis] == 0) {
        before[last] *= extent[axis];
        after[last] *= extent[axis];
        extent[last] *= extent[axis];
        continue;
      }
      last++;
      extent[last] = extent[axis];
      before[last] = before[axis];
      after[last] = after[axis];
    }
    rank = last + 1;
  }
};

template <class Element>
void pad_row(const Padding& padding, const Element* from, Element* to) {
  const int64_t inner = padding.rank - 1;
  const int64_t before = padding.before[inner];
  const int64_t length = padding.extent[inner];
  const auto value = static_cast<Element>(padding.value);
  std::memcpy(to + before, from, static_cast<size_t>(length) * sizeof(Element));
  for (int64_t place = 0; place < before; place++) {
    to[place] = padding.border == Border::kConstant ? value : from[padding.source(inner, place)];
  }
  for (int64_t place = before + length; place < padding.padded(inner); place++) {
    to[place] = padding.border == Border::kConstant ? value : from[padding.source(inner, place)];
  }
}

template <class Element>
void pad(const Padding& padding, const Element* x, Element* y) {
  const int64_t inner = padding.rank - 1;
  const int64_t width = padding.padded(inner);
  int64_t rows = 1;
  for (int64_t axis = 0; axis < inner; axis++) rows *= padding.padded(axis);
  if (rows * width == 0) return;
  parallel_ranges(rows, std::max<int64_t>(1, kGrain / width), [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t row = begin; row < end; row++) {
      int64_t rest = row;
      int64_t place = 0;
      int64_t stride = padding.extent[inner];
      bool is_border = false;
      for (int64_t axis = inner - 1; axis >= 0; axis--) {
        const int64_t source = padding.source(axis, rest % padding.padded(axis));
        rest /= padding.padded(axis);
        is_border = is_border || source < 0;
        place += source * stride;
        stride *= padding.extent[axis];
      }
      Element* to = y + row * width;
      if (is_border) std::fill_n(to, width, static_cast<Element>(padding.value));
      else pad_row(padding, x + place, to);
    }
  });
}

}  // namespace
}  // namespace camada

/**
 * Fields: `type, border, value, rank, extents of x, then the border's widths before and after each axis`. The rank is at
 * least 1. A mirrored border is at most as wide as what it mirrors.
 */
CAMADA_EXPORT int32_t camada_pad(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType type = fields.type();
  Padding padding;
  padding.border = static_cast<Border>(fields.integer());
  const double value = fields.number();
  padding.rank = fields.integer();
  if (padding.rank < 1 || padding.rank > kMaxRank) return kInvalid;
  fields.integers(padding.extent, padding.rank);
  fields.integers(padding.before, padding.rank);
  fields.integers(padding.after, padding.rank);
  for (int64_t axis = 0; axis < padding.rank; axis++) {
    const int64_t widest = std::max(padding.before[axis], padding.after[axis]);
    const int64_t mirrored = padding.extent[axis] - (padding.border == Border::kReflect ? 1 : 0);
    if (padding.extent[axis] < 0 || padding.before[axis] < 0 || padding.after[axis] < 0) return kInvalid;
    if (padding.border != Border::kConstant && widest > mirrored) return kInvalid;
  }
  padding.simplify();
  if (type == ElementType::kFloat) {
    const auto rounded = static_cast<float>(value);
    std::memcpy(&padding.value, &rounded, sizeof(rounded));
  } else {
    padding.value = static_cast<uint32_t>(static_cast<int64_t>(value));
  }
  if (type == ElementType::kBool) pad(padding, static_cast<const uint8_t*>(x), static_cast<uint8_t*>(y));
  else pad(padding, static_cast<const uint32_t*>(x), static_cast<uint32_t*>(y));
  return kOk;
}
