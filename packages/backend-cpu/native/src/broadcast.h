// Two operands of shapes that broadcast, walked together row by row.
#pragma once
#include <cstdint>

#include "element-wise.h"
#include "fields.h"
#include "status.h"

namespace camada {

/** Which operands of a row are vectors of its length; the other is one element. */
enum class RowKind : int32_t { kBoth, kScalarB, kScalarA };

/** Writes one row of the result. */
using BinaryRow = void (*)(RowKind kind, Store store, const void* a, const void* b, void* y, int64_t count);

/** Axes of the result, neighbours joined where memory allows; strides in elements, 0 where an operand is repeated. */
struct Broadcast {
  int64_t rank = 0;
  int64_t extent[kMaxRank];
  int64_t stride_a[kMaxRank];
  int64_t stride_b[kMaxRank];

  /** Reads `rank, extent of a per axis, extent of b per axis`, both with ones in front for the axes they lack. */
  Status read(Fields& fields);
};

/** Element sizes of operands and result. */
struct BinarySizes {
  int64_t operand_bytes;
  int64_t result_bytes;
};

Status run_binary(const Broadcast& shape, BinarySizes sizes, BinaryRow row, const void* a, const void* b, void* y);

}  // namespace camada
