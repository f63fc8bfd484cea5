// Copies between tensors whose axes have strides of their own: what slices, pads, concatenations, reversals, repetitions
// and transpositions are made of.
#pragma once
#include <cstdint>

#include "fields.h"

namespace camada {

/** Axes of a copy, outermost first; strides in elements, 0 where the source repeats, negative where it runs back. */
struct CopyAxes {
  int64_t rank = 0;
  int64_t extent[kMaxRank];
  int64_t from[kMaxRank];
  int64_t to[kMaxRank];

  /** Leaves out axes of size 1 and joins neighbours that both sides run through as one. */
  void simplify();
};

/** The two innermost axes of a copy whose source runs along the outer of them: `to[i][j] = from[j][i]`. */
struct Transposition {
  int64_t rows;
  int64_t columns;
  /** Elements from a row of the source to the next, there are `columns` of them. */
  int64_t from_stride;
  /** Elements from a row of the target to the next, there are `rows` of them. */
  int64_t to_stride;
};

void transpose_words(const uint32_t* from, uint32_t* to, const Transposition& shape);
void transpose_bytes(const uint8_t* from, uint8_t* to, const Transposition& shape);

}  // namespace camada
