#include "copy.h"

#include <algorithm>
#include <cstring>

#include "element-wise.h"
#include "parallel.h"
#include "status.h"

namespace camada {
namespace {

template <class Element>
void copy_row(const Element* from, int64_t from_stride, Element* to, int64_t to_stride, int64_t count) {
  if (to_stride == 1 && from_stride == 1) {
    // A call costs more than the few elements of many rows.
    if (count < 16) {
      for (int64_t i = 0; i < count; i++) to[i] = from[i];
      return;
    }
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(Element));
    return;
  }
  if (to_stride == 1 && from_stride == 0) {
    std::fill_n(to, count, *from);
    return;
  }
  for (int64_t i = 0; i < count; i++) to[i * to_stride] = from[i * from_stride];
}

/** Runs through the axes outside a block of work of the innermost one or two. */
class Walk {
 public:
  Walk(const CopyAxes& axes, int64_t rank, int64_t first) : axes_(axes), rank_(rank) {
    for (int64_t axis = rank - 1; axis >= 0; axis--) {
      place_[axis] = first % axes.extent[axis];
      first /= axes.extent[axis];
      from += place_[axis] * axes.from[axis];
      to += place_[axis] * axes.to[axis];
    }
  }

  void next() {
    for (int64_t axis = rank_ - 1; axis >= 0; axis--) {
      from += axes_.from[axis];
      to += axes_.to[axis];
      if (++place_[axis] < axes_.extent[axis]) return;
      place_[axis] = 0;
      from -= axes_.extent[axis] * axes_.from[axis];
      to -= axes_.extent[axis] * axes_.to[axis];
    }
  }

  int64_t from = 0;
  int64_t to = 0;

 private:
  const CopyAxes& axes_;
  int64_t rank_;
  int64_t place_[kMaxRank];
};

int64_t outer_size(const CopyAxes& axes, int64_t rank) {
  int64_t size = 1;
  for (int64_t axis = 0; axis < rank; axis++) size *= axes.extent[axis];
  return size;
}

template <class Element>
void copy_rows(const CopyAxes& axes, const Element* from, Element* to) {
  const int64_t inner = axes.rank - 1;
  const int64_t length = axes.extent[inner];
  const int64_t piece = std::min(length, kGrain);
  const int64_t pieces = (length + piece - 1) / piece;
  const int64_t count = outer_size(axes, inner) * pieces;
  parallel_ranges(count, std::max<int64_t>(1, kGrain / piece), [&](int64_t begin, int64_t end, int32_t) {
    Walk walk(axes, inner, begin / pieces);
    int64_t part = begin % pieces;
    for (int64_t i = begin; i < end; i++) {
      const int64_t first = part * piece;
      copy_row(from + walk.from + first * axes.from[inner], axes.from[inner],
               to + walk.to + first * axes.to[inner], axes.to[inner], std::min(piece, length - first));
      if (++part < pieces) continue;
      part = 0;
      walk.next();
    }
  });
}

/** Whole matrices, cut into bands of rows of the target. */
template <class Element, class Transpose>
void copy_transposed(const CopyAxes& axes, const Element* from, Element* to, Transpose transpose) {
  const int64_t row = axes.rank - 2;
  const int64_t column = axes.rank - 1;
  const int64_t band = std::min(axes.extent[row], std::max<int64_t>(64, kGrain / axes.extent[column] / 64 * 64));
  const int64_t bands = (axes.extent[row] + band - 1) / band;
  const int64_t grain = std::max<int64_t>(1, kGrain / (band * axes.extent[column]));
  parallel_ranges(outer_size(axes, row) * bands, grain, [&](int64_t begin, int64_t end, int32_t) {
    Walk walk(axes, row, begin / bands);
    int64_t part = begin % bands;
    for (int64_t i = begin; i < end; i++) {
      const int64_t first = part * band;
      const int64_t rows = std::min(band, axes.extent[row] - first);
      transpose(from + walk.from + first, to + walk.to + first * axes.to[row],
                Transposition{rows, axes.extent[column], axes.from[column], axes.to[row]});
      if (++part < bands) continue;
      part = 0;
      walk.next();
    }
  });
}

/** Brings the axis along which the source runs next to the innermost one, if there is one. */
bool arrange_transposition(CopyAxes& axes) {
  const int64_t inner = axes.rank - 1;
  if (axes.rank < 2 || axes.to[inner] != 1 || axes.from[inner] == 1 || axes.from[inner] == 0) return false;
  for (int64_t axis = inner - 1; axis >= 0; axis--) {
    if (axes.from[axis] != 1) continue;
    for (int64_t next = axis; next + 1 < inner; next++) {
      std::swap(axes.extent[next], axes.extent[next + 1]);
      std::swap(axes.from[next], axes.from[next + 1]);
      std::swap(axes.to[next], axes.to[next + 1]);
    }
    return true;
  }
  return false;
}

template <class Element, class Transpose>
void copy(CopyAxes& axes, const Element* from, Element* to, Transpose transpose) {
  if (arrange_transposition(axes)) copy_transposed(axes, from, to, transpose);
  else copy_rows(axes, from, to);
}

}  // namespace

void CopyAxes::simplify() {
  int64_t kept = 0;
  for (int64_t axis = 0; axis < rank; axis++) {
    if (extent[axis] == 1) continue;
    if (kept > 0 && from[kept - 1] == from[axis] * extent[axis] && to[kept - 1] == to[axis] * extent[axis]) {
      extent[kept - 1] *= extent[axis];
      from[kept - 1] = from[axis];
      to[kept - 1] = to[axis];
      continue;
    }
    extent[kept] = extent[axis];
    from[kept] = from[axis];
    to[kept] = to[axis];
    kept++;
  }
  if (kept == 0) {
    extent[0] = 1;
    from[0] = to[0] = 1;
    kept = 1;
  }
  rank = kept;
}

}  // namespace camada

/**
 * Copies elements one by one. Fields: `bytes of an element (1 or 4), rank, extents, offset and strides of x, offset and
 * strides of y`, both in elements.
 */
CAMADA_EXPORT int32_t camada_copy(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t element_bytes = fields.integer();
  CopyAxes axes;
  axes.rank = fields.integer();
  if (axes.rank < 0 || axes.rank > kMaxRank) return kInvalid;
  fields.integers(axes.extent, axes.rank);
  const int64_t from = fields.integer();
  fields.integers(axes.from, axes.rank);
  const int64_t to = fields.integer();
  fields.integers(axes.to, axes.rank);
  for (int64_t axis = 0; axis < axes.rank; axis++) {
    if (axes.extent[axis] < 0) return kInvalid;
    if (axes.extent[axis] == 0) return kOk;
  }
  axes.simplify();
  if (element_bytes == 4) {
    copy(axes, static_cast<const uint32_t*>(x) + from, static_cast<uint32_t*>(y) + to, transpose_words);
  } else if (element_bytes == 1) {
    copy(axes, static_cast<const uint8_t*>(x) + from, static_cast<uint8_t*>(y) + to, transpose_bytes);
  } else {
    return kUnsupported;
  }
  return kOk;
}
