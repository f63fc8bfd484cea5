// Transpositions of a matrix, in square tiles that stay in registers.
#include <algorithm>

#include "copy.h"
#include "simd.h"

namespace camada {
namespace {

/** A side this narrow, channels of an image most often, has a loop of its own: the compiler unrolls it. */
constexpr int64_t kNarrow = 8;

/** Rows of the target are short: `kColumns` sources run side by side. */
template <int64_t kColumns, class Element>
void interleave(const Element* from, Element* to, const Transposition& shape) {
  for (int64_t i = 0; i < shape.rows; i++) {
    for (int64_t j = 0; j < kColumns; j++) to[i * shape.to_stride + j] = from[j * shape.from_stride + i];
  }
}

/** Rows of the source are short: `kRows` targets run side by side. */
template <int64_t kRows, class Element>
void separate(const Element* from, Element* to, const Transposition& shape) {
  for (int64_t j = 0; j < shape.columns; j++) {
    for (int64_t i = 0; i < kRows; i++) to[i * shape.to_stride + j] = from[j * shape.from_stride + i];
  }
}

/** True when the matrix was narrow, and is done. */
template <int64_t kWidth = 1, class Element>
bool transpose_narrow(const Element* from, Element* to, const Transposition& shape) {
  if constexpr (kWidth >= kNarrow) {
    return false;
  } else {
    if (shape.columns == kWidth) interleave<kWidth>(from, to, shape);
    else if (shape.rows == kWidth) separate<kWidth>(from, to, shape);
    else return transpose_narrow<kWidth + 1>(from, to, shape);
    return true;
  }
}

template <class Element>
void transpose_elements(const Element* from, Element* to, int64_t rows, int64_t columns, const Transposition& shape) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) to[i * shape.to_stride + j] = from[j * shape.from_stride + i];
  }
}

#if defined(__AVX2__)
constexpr int64_t kTile = 8;

/** Eight rows of eight words. Pairs of words, of pairs and of quads change places. */
void transpose_tile(const uint32_t* from, int64_t from_stride, uint32_t* to, int64_t to_stride) {
  __m256 row[kTile];
  for (int64_t i = 0; i < kTile; i++) row[i] = _mm256_loadu_ps(reinterpret_cast<const float*>(from + i * from_stride));
  __m256 pair[kTile];
  for (int64_t i = 0; i < kTile; i += 2) {
    pair[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
    pair[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
  }
  __m256 quad[kTile];
  for (int64_t i = 0; i < kTile; i += 4) {
    for (int64_t k = 0; k < 2; k++) {
      quad[i + 2 * k] = _mm256_shuffle_ps(pair[i + k], pair[i + k + 2], 0x44);
      quad[i + 2 * k + 1] = _mm256_shuffle_ps(pair[i + k], pair[i + k + 2], 0xee);
    }
  }
  for (int64_t i = 0; i < 4; i++) {
    const __m256 first = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x20);
    const __m256 second = _mm256_permute2f128_ps(quad[i], quad[i + 4], 0x31);
    _mm256_storeu_ps(reinterpret_cast<float*>(to + i * to_stride), first);
    _mm256_storeu_ps(reinterpret_cast<float*>(to + (i + 4) * to_stride), second);
  }
}
#else
constexpr int64_t kTile = 4;

void transpose_tile(const uint32_t* from, int64_t from_stride, uint32_t* to, int64_t to_stride) {
  transpose_elements(from, to, kTile, kTile, {kTile, kTile, from_stride, to_stride});
}
#endif

}  // namespace

void transpose_words(const uint32_t* from, uint32_t* to, const Transposition& shape) {
  if (transpose_narrow(from, to, shape)) return;
  const int64_t whole_rows = shape.rows / kTile * kTile;
  const int64_t whole_columns = shape.columns / kTile * kTile;
  // Two tiles' width of the source is a line of the cache: both halves are used while it is there.
  constexpr int64_t kBlock = 2 * kTile;
  for (int64_t block = 0; block < whole_rows; block += kBlock) {
    const int64_t end = std::min(block + kBlock, whole_rows);
    for (int64_t j = 0; j < whole_columns; j += kTile) {
      for (int64_t i = block; i < end; i += kTile) {
        transpose_tile(from + j * shape.from_stride + i, shape.from_stride, to + i * shape.to_stride + j,
                       shape.to_stride);
      }
    }
  }
  if (whole_columns < shape.columns) {
    transpose_elements(from + whole_columns * shape.from_stride, to + whole_columns, whole_rows,
                       shape.columns - whole_columns, shape);
  }
  transpose_elements(from + whole_rows, to + whole_rows * shape.to_stride, shape.rows - whole_rows, shape.columns, shape);
}

void transpose_bytes(const uint8_t* from, uint8_t* to, const Transposition& shape) {
  if (transpose_narrow(from, to, shape)) return;
  constexpr int64_t kBlock = 64;
  for (int64_t i = 0; i < shape.rows; i += kBlock) {
    for (int64_t j = 0; j < shape.columns; j += kBlock) {
      transpose_elements(from + j * shape.from_stride + i, to + i * shape.to_stride + j,
                         std::min(kBlock, shape.rows - i), std::min(kBlock, shape.columns - j), shape);
    }
  }
}

}  // namespace camada
