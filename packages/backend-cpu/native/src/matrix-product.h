// Products of dense matrices with any strides.
#pragma once
#include "activation-math.h"
#include "arithmetic-code.h"
#include "matrix-pack.h"
#include "status.h"

namespace camada {

/** `c = act(a b + bias)`, `batch` times; `a` is `[rows, steps]`, `b` is `[steps, columns]`. */
struct MatrixProduct {
  int64_t batch, rows, columns, steps;
  MatrixView a, b;
  int64_t a_batch, b_batch;
  float* c;
  int64_t c_row, c_column, c_batch;
  /** A number for every column, or for every row, or null. */
  const float* column_bias;
  const float* row_bias;
  Activation activation;

  /** The same with rows and columns exchanged. */
  MatrixProduct transposed() const {
    return {batch,   columns, rows,     steps,   b.transposed(), a.transposed(), b_batch,   a_batch,
            c,       c_column, c_row,   c_batch, row_bias,       column_bias,    activation};
  }
};

/** Scratch space is taken before anything is written. */
Status multiply(const MatrixProduct& product, ArithmeticCode arithmetic);

}  // namespace camada
