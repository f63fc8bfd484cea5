// Packs operands of a product as words: one number, or a pair of neighbours along the sum.
#pragma once
#include "matrix-pack.h"

namespace camada {

/**
 * A panel of rows, in the arithmetic's order: words `[first, first + words)` of rows that have `values` numbers, zeros
 * after them.
 */
template <class Arithmetic>
void pack_row_words(MatrixView from, int64_t rows, int64_t first, int64_t words, int64_t values, float* to) {
  if constexpr (Arithmetic::kValuesPerWord == 1) {
    return pack_rows({from.at(0, first), from.row_stride, from.column_stride}, rows, words, to);
  } else {
    constexpr int64_t kBlock = 32;
    float numbers[2 * kBlock * Arithmetic::kRows];
    for (int64_t block = 0; block < words; block += kBlock) {
      const int64_t count = std::min(kBlock, words - block);
      const int64_t begin = std::min(2 * (first + block), values);
      const int64_t present = std::min(2 * count, values - begin);
      pack_rows({from.at(0, begin), from.row_stride, from.column_stride}, rows, present, numbers);
      std::fill(numbers + present * rows, numbers + 2 * count * rows, 0.0f);
      for (int64_t word = 0; word < count; word++) {
        for (int64_t row = 0; row < rows; row += kLanes) {
          const int64_t lanes = std::min(kLanes, rows - row);
          const float* pair = numbers + 2 * word * rows + row;
          const Floats joined = Arithmetic::words(load_some(pair, lanes), load_some(pair + rows, lanes));
          if constexpr (Arithmetic::kStepGrain == 1) {
            store_some(to + (block + word) * rows + row, joined, lanes);
          } else {
            for (int64_t i = 0; i < lanes; i++) to[Arithmetic::row_word(block + word, row + i, rows)] = joined[i];
          }
        }
      }
    }
  }
}

/** Up to 32 neighbours as a vector of words, zeros after them. */
template <class Arithmetic>
Floats load_words(const float* numbers, int64_t count) {
  if (count >= 2 * kLanes) return Arithmetic::neighbour_words(load(numbers), load(numbers + kLanes));
  const Floats low = count > 0 ? load_some(numbers, std::min(kLanes, count)) : Floats{};
  const Floats high = count > kLanes ? load_some(numbers + kLanes, count - kLanes) : Floats{};
  return Arithmetic::neighbour_words(low, high);
}

/** A panel of `[word][column]` from columns whose numbers lie next to each other: words are made before rows are. */
template <class Arithmetic>
void pack_transposed_words(MatrixView from, int64_t first, int64_t words, int64_t values, int64_t columns,
                           int64_t pitch, float* to) {
  for (int64_t column = 0; column < pitch; column += kLanes) {
    for (int64_t word = 0; word < words; word += kLanes) {
      const int64_t begin = std::min(2 * (first + word), values);
      Floats block[kLanes];
      for (int64_t i = 0; i < kLanes; i++) {
        block[i] = column + i < columns ? load_words<Arithmetic>(from.at(begin, column + i), values - begin) : Floats{};
      }
      transpose(block);
      const int64_t count = std::min(kLanes, words - word);
      for (int64_t i = 0; i < count; i++) store(to + (word + i) * pitch + column, block[i]);
    }
  }
}

/** Panels of columns one after another, each `[word][column]`: words `[first, first + words)` of `values` rows. */
template <class Arithmetic>
void pack_column_words(MatrixView from, int64_t first, int64_t words, int64_t values, int64_t columns, float* to) {
  if constexpr (Arithmetic::kValuesPerWord == 1) {
    return pack_columns({from.at(first, 0), from.row_stride, from.column_stride}, words, columns, to);
  } else {
    constexpr int64_t kBlock = 16;
    float numbers[2 * kBlock * Arithmetic::kColumns];
    for (int64_t column = 0; column < columns; column += Arithmetic::kColumns) {
      const int64_t width = std::min(Arithmetic::kColumns, columns - column);
      const int64_t pitch = (width + kLanes - 1) / kLanes * kLanes;
      float* panel = to + column * words;
      if (from.row_stride == 1) {
        const MatrixView view = {from.at(0, column), 1, from.column_stride};
        pack_transposed_words<Arithmetic>(view, first, words, values, width, pitch, panel);
        continue;
      }
      for (int64_t block = 0; block < words; block += kBlock) {
        const int64_t count = std::min(kBlock, words - block);
        const int64_t begin = std::min(2 * (first + block), values);
        const int64_t present = std::min(2 * count, values - begin);
        pack_columns({from.at(begin, column), from.row_stride, from.column_stride}, present, width, numbers);
        std::fill(numbers + present * pitch, numbers + 2 * count * pitch, 0.0f);
        for (int64_t word = 0; word < count; word++) {
          for (int64_t i = 0; i < pitch; i += kLanes) {
            const float* pair = numbers + 2 * word * pitch + i;
            store(panel + (block + word) * pitch + i, Arithmetic::words(load(pair), load(pair + pitch)));
          }
        }
      }
    }
  }
}

/** `to[row][word]`: words of neighbours of rows whose numbers lie next to each other. */
template <class Arithmetic>
void convert_rows(MatrixView from, int64_t rows, int64_t first, int64_t words, int64_t values, float* to) {
  for (int64_t row = 0; row < rows; row++) {
    const float* numbers = from.at(row, 2 * first);
    const int64_t present = std::min(2 * words, values - 2 * first);
    for (int64_t i = 0; i < present; i += 2 * kLanes) {
      const int64_t count = std::min(2 * kLanes, present - i);
      store_some(to + row * words + i / 2, load_words<Arithmetic>(numbers + i, count), (count + 1) / 2);
    }
  }
}

}  // namespace camada
