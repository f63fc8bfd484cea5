#include "broadcast.h"

#include <algorithm>
#include <cstring>

#include "buffer-pool.h"
#include "parallel.h"

namespace camada {
namespace {

/** Rows below this length are made longer where an operand repeats from row to row. */
constexpr int64_t kShortRow = 256;
constexpr int64_t kRepeatedRow = 2048;

/** Shorter rows begin and end in lines of the cache that they share with their neighbours too often. */
constexpr int64_t kLongRow = 128;

Store store_of(int64_t size, int64_t row, int64_t element_bytes) {
  return row >= kLongRow && size * element_bytes >= kLargeResultBytes ? Store::kPastCaches : Store::kOrdinary;
}

/** The rows of a result: every combination of the outer axes, cut into pieces of the innermost one. */
class Rows {
 public:
  Rows(const Broadcast& shape, BinarySizes sizes, BinaryRow row, const char* a, const char* b, char* y)
      : shape_(shape), sizes_(sizes), row_(row), a_(a), b_(b), y_(y), inner_(shape.rank - 1) {
    length_ = shape.extent[inner_];
    kind_ = shape.stride_b[inner_] == 0 && length_ > 1   ? RowKind::kScalarB
            : shape.stride_a[inner_] == 0 && length_ > 1 ? RowKind::kScalarA
                                                         : RowKind::kBoth;
    piece_ = std::min(length_, kGrain);
    pieces_ = (length_ + piece_ - 1) / piece_;
    int64_t rows = 1;
    for (int64_t axis = 0; axis < inner_; axis++) rows *= shape.extent[axis];
    count_ = rows * pieces_;
    store_ = store_of(rows * length_, length_, sizes.result_bytes);
  }

  void run() const {
    parallel_ranges(count_, std::max<int64_t>(1, kGrain / piece_),
                    [this](int64_t begin, int64_t end, int32_t) { run_pieces(begin, end); });
  }

 private:
  void run_pieces(int64_t begin, int64_t end) const {
    int64_t place[kMaxRank];
    int64_t row = begin / pieces_;
    int64_t piece = begin % pieces_;
    int64_t offset_a = 0;
    int64_t offset_b = 0;
    int64_t rest = row;
    for (int64_t axis = inner_ - 1; axis >= 0; axis--) {
      place[axis] = rest % shape_.extent[axis];
      rest /= shape_.extent[axis];
      offset_a += place[axis] * shape_.stride_a[axis];
      offset_b += place[axis] * shape_.stride_b[axis];
    }
    for (int64_t i = begin; i < end; i++) {
      const int64_t from = piece * piece_;
      const int64_t count = std::min(piece_, length_ - from);
      const int64_t a = offset_a + (kind_ == RowKind::kScalarA ? 0 : from);
      const int64_t b = offset_b + (kind_ == RowKind::kScalarB ? 0 : from);
      row_(kind_, store_, a_ + a * sizes_.operand_bytes, b_ + b * sizes_.operand_bytes,
           y_ + (row * length_ + from) * sizes_.result_bytes, count);
      if (++piece < pieces_) continue;
      piece = 0;
      row++;
      for (int64_t axis = inner_ - 1; axis >= 0; axis--) {
        offset_a += shape_.stride_a[axis];
        offset_b += shape_.stride_b[axis];
        if (++place[axis] < shape_.extent[axis]) break;
        place[axis] = 0;
        offset_a -= shape_.extent[axis] * shape_.stride_a[axis];
        offset_b -= shape_.extent[axis] * shape_.stride_b[axis];
      }
    }
    finish_stores(store_);
  }

  const Broadcast& shape_;
  BinarySizes sizes_;
  BinaryRow row_;
  const char* a_;
  const char* b_;
  char* y_;
  int64_t inner_;
  int64_t length_;
  RowKind kind_;
  Store store_;
  int64_t piece_;
  int64_t pieces_;
  int64_t count_;
};

/** A short vector that meets every row of a matrix, written down often enough to make long rows. */
Status run_repeated(const Broadcast& shape, BinarySizes sizes, BinaryRow row, const char* a, const char* b, char* y) {
  const bool repeats_a = shape.stride_a[0] == 0;
  const int64_t length = shape.extent[1];
  const int64_t total = length * shape.extent[0];
  const int64_t block = std::min(total, (kRepeatedRow + length - 1) / length * length);
  Scratch<char> scratch(block * sizes.operand_bytes);
  if (scratch.get() == nullptr) return kOutOfMemory;
  const int64_t period = length * sizes.operand_bytes;
  for (int64_t to = 0; to < block * sizes.operand_bytes; to += period) {
    std::memcpy(scratch.get() + to, repeats_a ? a : b, static_cast<size_t>(period));
  }
  const int64_t blocks = (total + block - 1) / block;
  const Store store = store_of(total, block, sizes.result_bytes);
  parallel_ranges(blocks, std::max<int64_t>(1, kGrain / block), [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t from = i * block;
      const int64_t count = std::min(block, total - from);
      const char* left = repeats_a ? scratch.get() : a + from * sizes.operand_bytes;
      const char* right = repeats_a ? b + from * sizes.operand_bytes : scratch.get();
      row(RowKind::kBoth, store, left, right, y + from * sizes.result_bytes, count);
    }
    finish_stores(store);
  });
  return kOk;
}

}  // namespace

Status Broadcast::read(Fields& fields) {
  const int64_t axes = fields.integer();
  if (axes < 0 || axes > kMaxRank) return kInvalid;
  int64_t of_a[kMaxRank];
  int64_t of_b[kMaxRank];
  fields.integers(of_a, axes);
  fields.integers(of_b, axes);
  int64_t size_a = 1;
  int64_t size_b = 1;
  // From the innermost axis outwards, reversed at the end.
  for (int64_t axis = axes - 1; axis >= 0; axis--) {
    if (of_a[axis] < 0 || of_b[axis] < 0) return kInvalid;
    if (of_a[axis] != of_b[axis] && of_a[axis] != 1 && of_b[axis] != 1) return kInvalid;
    const int64_t size = of_a[axis] == 1 ? of_b[axis] : of_a[axis];
    const int64_t a = of_a[axis] == 1 ? 0 : size_a;
    const int64_t b = of_b[axis] == 1 ? 0 : size_b;
    size_a *= of_a[axis];
    size_b *= of_b[axis];
    if (size == 1) continue;
    const int64_t last = rank - 1;
    if (rank > 0 && a == stride_a[last] * extent[last] && b == stride_b[last] * extent[last]) {
      extent[last] *= size;
      continue;
    }
    extent[rank] = size;
    stride_a[rank] = a;
    stride_b[rank] = b;
    rank++;
  }
  if (rank == 0) {
    extent[0] = 1;
    stride_a[0] = stride_b[0] = 0;
    rank = 1;
  }
  std::reverse(extent, extent + rank);
  std::reverse(stride_a, stride_a + rank);
  std::reverse(stride_b, stride_b + rank);
  return kOk;
}

Status run_binary(const Broadcast& shape, BinarySizes sizes, BinaryRow row, const void* a, const void* b, void* y) {
  for (int64_t axis = 0; axis < shape.rank; axis++) {
    if (shape.extent[axis] == 0) return kOk;
  }
  const auto* from_a = static_cast<const char*>(a);
  const auto* from_b = static_cast<const char*>(b);
  auto* to = static_cast<char*>(y);
  const int64_t last = shape.rank - 1;
  const bool are_vectors = shape.stride_a[last] == 1 && shape.stride_b[last] == 1;
  const bool repeats = shape.rank == 2 && (shape.stride_a[0] == 0 || shape.stride_b[0] == 0);
  if (repeats && are_vectors && shape.extent[1] < kShortRow) {
    return run_repeated(shape, sizes, row, from_a, from_b, to);
  }
  Rows(shape, sizes, row, from_a, from_b, to).run();
  return kOk;
}

}  // namespace camada
