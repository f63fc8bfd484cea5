// Products of batches of matrices. Each factor has a stride for every axis, so that transposition and repetition are
// the caller's choice of strides.

struct MatrixProduct {
  int rows;
  int columns;
  int inner;
  /** Elements from one row of the left factor to the next, and from one inner place to the next; so of the right one. */
  int a_row;
  int a_inner;
  int b_column;
  int b_inner;
  /** The batch as up to three axes, and elements of the factors from one place of each to the next. */
  int batch[3];
  int a_batch[3];
  int b_batch[3];
};

/** Where the factors of a member of the batch begin. */
struct MatrixMember {
  long long a = 0;
  long long b = 0;

  __device__ MatrixMember(const MatrixProduct& product, int member) {
#pragma unroll
    for (int axis = 2; axis >= 0; axis--) {
      const int at = member % product.batch[axis];
      member /= product.batch[axis];
      a += static_cast<long long>(at) * product.a_batch[axis];
      b += static_cast<long long>(at) * product.b_batch[axis];
    }
  }
};
