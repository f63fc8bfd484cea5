// Reductions over any axes. Axes of the same kind that lie side by side are joined, so that kept and reduced ones
// alternate; then the innermost one says whether rows are brought down to numbers, or columns added up side by side.
#include <algorithm>

#include "buffer-pool.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "reduce-functions.h"
#include "status.h"

namespace camada {
namespace {

/** Numbered as in `src/native/standard/reduce.ts`. */
enum class ReduceOp : int32_t { kSum = 0, kMean = 1, kMaximum = 2, kMinimum = 3, kProduct = 4, kAny = 5, kAll = 6 };

/** Columns that are added up side by side: their sums stay in the first-level cache. */
constexpr int64_t kColumns = 512;

/** A list of axes, outermost first. */
struct Axes {
  int64_t rank = 0;
  int64_t extent[kMaxRank];
  int64_t stride[kMaxRank];

  int64_t size() const {
    int64_t product = 1;
    for (int64_t axis = 0; axis < rank; axis++) product *= extent[axis];
    return product;
  }

  /** Where the element of the given number lies. */
  int64_t offset(int64_t index) const {
    int64_t place = 0;
    for (int64_t axis = rank - 1; axis >= 0; axis--) {
      place += index % extent[axis] * stride[axis];
      index /= extent[axis];
    }
    return place;
  }

  void push(int64_t axis_extent, int64_t axis_stride) {
    extent[rank] = axis_extent;
    stride[rank] = axis_stride;
    rank++;
  }

  Axes without_last() const {
    Axes axes = *this;
    axes.rank--;
    return axes;
  }
};

struct Reduction {
  Axes kept;
  Axes reduced;
  bool ends_kept = false;

  Status read(Fields& fields) {
    const int64_t rank = fields.integer();
    if (rank < 0 || rank > kMaxRank) return kInvalid;
    int64_t extent[kMaxRank];
    bool is_reduced[kMaxRank];
    fields.integers(extent, rank);
    for (int64_t axis = 0; axis < rank; axis++) is_reduced[axis] = fields.flag();
    Axes joined[2];
    int64_t size = 1;
    int last = -1;
    for (int64_t axis = rank - 1; axis >= 0; axis--) {
      if (extent[axis] < 0) return kInvalid;
      if (extent[axis] == 1) continue;
      const int kind = is_reduced[axis] ? 1 : 0;
      if (last == -1) ends_kept = kind == 0;
      if (last == kind) joined[kind].extent[joined[kind].rank - 1] *= extent[axis];
      else joined[kind].push(extent[axis], size);
      size *= extent[axis];
      last = kind;
    }
    for (Axes& axes : joined) {
      std::reverse(axes.extent, axes.extent + axes.rank);
      std::reverse(axes.stride, axes.stride + axes.rank);
    }
    kept = joined[0];
    reduced = joined[1];
    return kOk;
  }
};

/** The innermost axis is reduced: every row of it to a number, and the numbers of one result to one. */
template <class Reducer>
Status reduce_rows(const Reduction& shape, const typename Reducer::Element* x, typename Reducer::Result* y) {
  using Accumulator = typename Reducer::Accumulator;
  const int64_t results = shape.kept.size();
  const int64_t count = shape.reduced.size();
  const Axes outer = shape.reduced.rank > 0 ? shape.reduced.without_last() : shape.reduced;
  const int64_t length = shape.reduced.rank > 0 ? shape.reduced.extent[shape.reduced.rank - 1] : 1;
  const int64_t piece = std::max<int64_t>(1, std::min(length, kGrain));
  const int64_t pieces_of_row = (length + piece - 1) / piece;
  const int64_t pieces = pieces_of_row * outer.size();
  const int64_t together = std::max<int64_t>(1, kGrain / piece);
  const int64_t parts = std::max<int64_t>(1, (pieces + together - 1) / together);
  const auto part_of = [&](int64_t result, int64_t part) {
    const auto* from = x + shape.kept.offset(result);
    Accumulator sum = Reducer::start();
    for (int64_t i = part * together; i < std::min(pieces, (part + 1) * together); i++) {
      const int64_t begin = i % pieces_of_row * piece;
      const auto* row = from + outer.offset(i / pieces_of_row) + begin;
      sum = Reducer::merge(sum, Reducer::row(row, std::min(piece, length - begin)));
    }
    return sum;
  };
  if (parts == 1) {
    const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, count));
    parallel_ranges(results, grain, [&](int64_t begin, int64_t end, int32_t) {
      for (int64_t i = begin; i < end; i++) y[i] = Reducer::finish(part_of(i, 0), count);
    });
    return kOk;
  }
  Scratch<Accumulator> sums(results * parts);
  if (sums.get() == nullptr) return kOutOfMemory;
  parallel_for(results * parts, [&](int64_t i, int32_t) { sums.get()[i] = part_of(i / parts, i % parts); });
  for (int64_t i = 0; i < results; i++) {
    Accumulator sum = Reducer::start();
    for (int64_t part = 0; part < parts; part++) sum = Reducer::merge(sum, sums.get()[i * parts + part]);
    y[i] = Reducer::finish(sum, count);
  }
  return kOk;
}

/** The innermost axis is kept: rows of it are added up to a row of results. */
template <class Reducer>
Status reduce_columns(const Reduction& shape, const typename Reducer::Element* x, typename Reducer::Result* y) {
  using Accumulator = typename Reducer::Accumulator;
  const Axes kept = shape.kept.without_last();
  const int64_t width = shape.kept.extent[shape.kept.rank - 1];
  const Axes outer = shape.reduced.without_last();
  const int64_t rows = shape.reduced.extent[shape.reduced.rank - 1];
  const int64_t stride = shape.reduced.stride[shape.reduced.rank - 1];
  const int64_t count = shape.reduced.size();
  const int64_t blocks = (width + kColumns - 1) / kColumns;
  // A multiple of eight rows, which are added in pairs.
  const int64_t piece = std::min(rows, std::max<int64_t>(8, kGrain / std::min(width, kColumns) / 8 * 8));
  const int64_t pieces_of_matrix = (rows + piece - 1) / piece;
  const int64_t pieces = pieces_of_matrix * outer.size();
  const int64_t together = std::max<int64_t>(1, kGrain / (piece * std::min(width, kColumns)));
  const int64_t parts = (pieces + together - 1) / together;
  const int64_t results = kept.size();
  // The sums of every part of a result, block by block.
  Scratch<Accumulator> sums(results * width * parts);
  if (sums.get() == nullptr) return kOutOfMemory;
  const int64_t tasks = results * parts * blocks;
  const int64_t task_size = std::min(width, kColumns) * std::min(pieces, together) * piece;
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, task_size));
  parallel_ranges(tasks, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t task = begin; task < end; task++) {
      const int64_t block = task % blocks * kColumns;
      const int64_t part = task / blocks % parts;
      const int64_t result = task / blocks / parts;
      const int64_t columns = std::min(kColumns, width - block);
      Accumulator* to = sums.get() + (result * parts + part) * width + block;
      std::fill(to, to + columns, Reducer::start());
      const auto* from = x + kept.offset(result) + block;
      for (int64_t i = part * together; i < std::min(pieces, (part + 1) * together); i++) {
        const int64_t first = i % pieces_of_matrix * piece;
        const auto* matrix = from + outer.offset(i / pieces_of_matrix) + first * stride;
        Reducer::columns(matrix, stride, std::min(piece, rows - first), to, columns);
      }
    }
  });
  parallel_ranges(results * width, std::max<int64_t>(1, kGrain / parts), [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const Accumulator* from = sums.get() + i / width * parts * width + i % width;
      Accumulator sum = Reducer::start();
      for (int64_t part = 0; part < parts; part++) sum = Reducer::merge(sum, from[part * width]);
      y[i] = Reducer::finish(sum, count);
    }
  });
  return kOk;
}

template <class Reducer>
Status reduce(const Reduction& shape, const void* x, void* y) {
  const auto* from = static_cast<const typename Reducer::Element*>(x);
  auto* to = static_cast<typename Reducer::Result*>(y);
  const bool has_rows = shape.reduced.rank > 0 && shape.reduced.size() > 0;
  if (shape.ends_kept && has_rows && shape.kept.size() > 0) return reduce_columns<Reducer>(shape, from, to);
  return reduce_rows<Reducer>(shape, from, to);
}

Status run_reduce(ReduceOp op, ElementType type, const Reduction& shape, const void* x, void* y) {
  const bool is_float = type == ElementType::kFloat;
  const bool is_int = type == ElementType::kInt;
  const bool is_bool = type == ElementType::kBool;
  switch (op) {
    case ReduceOp::kSum:
      return is_float ? reduce<FloatSum>(shape, x, y)
             : is_int ? reduce<Scalarwise<int32_t, int32_t, IntSum>>(shape, x, y)
                      : reduce<Scalarwise<uint8_t, int32_t, IntSum>>(shape, x, y);
    case ReduceOp::kMean: return is_float ? reduce<FloatMean>(shape, x, y) : kUnsupported;
    case ReduceOp::kMaximum:
      return is_float ? reduce<FloatMaximum>(shape, x, y)
             : is_int ? reduce<Scalarwise<int32_t, int32_t, IntMaximum>>(shape, x, y)
                      : kUnsupported;
    case ReduceOp::kMinimum:
      return is_float ? reduce<FloatMinimum>(shape, x, y)
             : is_int ? reduce<Scalarwise<int32_t, int32_t, IntMinimum>>(shape, x, y)
                      : kUnsupported;
    case ReduceOp::kProduct:
      return is_float ? reduce<Scalarwise<float, float, FloatProduct>>(shape, x, y)
             : is_int ? reduce<Scalarwise<int32_t, int32_t, IntProduct>>(shape, x, y)
                      : reduce<Scalarwise<uint8_t, int32_t, IntProduct>>(shape, x, y);
    case ReduceOp::kAny: return is_bool ? reduce<Scalarwise<uint8_t, uint8_t, AnyTrue>>(shape, x, y) : kUnsupported;
    case ReduceOp::kAll: return is_bool ? reduce<Scalarwise<uint8_t, uint8_t, AllTrue>>(shape, x, y) : kUnsupported;
  }
  return kUnsupported;
}

}  // namespace
}  // namespace camada

/** Fields: `op, type of x, rank, extents of x, 1 per reduced axis and 0 per kept one`. `y` has the kept axes. */
CAMADA_EXPORT int32_t camada_reduce(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const auto op = static_cast<ReduceOp>(fields.integer());
  const ElementType type = fields.type();
  Reduction shape;
  if (const Status status = shape.read(fields); status != kOk) return status;
  return run_reduce(op, type, shape, x, y);
}
