#include "tile-product.cuh"
#include "matrix-geometry.cuh"
// `c = activation(a b + bias)` of batches of matrices, `c [member][rows][columns]`. Each factor has a stride for every
// axis, so that transposition and repetition are the caller's choice of strides. SLOPE is of the left factor: then it
// is `a * slope(y)` with `y` laid out as `a`. The sums of its rows may be a second result.

struct MatrixProblem {
  using Left = Operand<TILE_M, static_cast<Lanes>(A_LANES), false, SLOPE>;
  using Right = Operand<TILE_N, static_cast<Lanes>(B_LANES), false, kLinear>;

  const MatrixProduct& product;
  const float* left;
  const float* left_activated;
  const float* right;

  __device__ int rows() const { return product.rows; }
  __device__ int columns() const { return product.columns; }
  __device__ int inner() const { return product.inner; }
  __device__ Place a_row(int i) const { return plain_place(i * product.a_row); }
  __device__ Place b_row(int j) const { return plain_place(j * product.b_column); }
  __device__ Place a_inner(int k) const { return plain_place(k * product.a_inner); }
  __device__ Place b_inner(int k) const { return plain_place(k * product.b_inner); }
  __device__ Left a() const { return {left, left_activated}; }
  __device__ Right b() const { return {right, nullptr}; }
  __device__ int row_offset(int i) const { return i * product.columns; }
  __device__ int column_offset(int j) const { return j; }
};

__device__ inline MatrixProblem member_of(const MatrixProduct& product, int member, const float* a, const float* y,
                                          const float* b) {
  const MatrixMember at(product, member);
  return {product, a + at.a, y + at.a, b + at.b};
}

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    matrix_product(const float* a, const float* y, const float* b, const float* bias, float* c, float* partials,
                   float* row_sums, MatrixProduct product, TileLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, tiles);
  const TilePlace place(launch, TILE_M, TILE_N);
  float* own = c + static_cast<long long>(place.member) * product.rows * product.columns;
  tile_product(member_of(product, place.member, a, y, b), place, launch, tiles, bias, own, partials, row_sums);
}

/** Blocks for the sums of each member, one thread for each of `[rows][columns]`. */
extern "C" __global__ void add_matrix_partials(const float* bias, float* c, const float* partials, MatrixProduct product,
                                               TileLaunch launch) {
  int member, index;
  if (!find_sum(launch, member, index)) return;
  const long long size = static_cast<long long>(product.rows) * product.columns;
  add_partials(member_of(product, 0, nullptr, nullptr, nullptr), member, index, launch, bias, c + member * size, partials);
}
