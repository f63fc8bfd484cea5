#include "tile-arithmetic.cuh"
#include "product-parts.cuh"
// One tile of a product of two factors by a block, from begin to end. A problem says where the elements of the factors are
// and what becomes of the sums:
//
//   rows(), columns(), inner()      extents of the product that this block belongs to
//   a_row(i), b_row(j)              places of a row of the left factor and of a column of the right one
//   a_inner(k), b_inner(k)          what a place along the inner axis adds to them
//   a(), b()                        operands without their tables
//   row_offset(i), column_offset(j) where a sum goes, as two offsets to be added

/** Sums of the left factor's rows, a by-product where the factor is a gradient: that of a bias. */
struct RowSums {
  float sum = 0;

  __device__ void add(const float* tile) {
    static_assert(TILE_M <= kThreads, "a thread has one row at most");
    if (threadIdx.x >= TILE_M) return;
#pragma unroll
    for (int plane = 0; plane < PLANES; plane++) {
#pragma unroll
      for (int quad = 0; quad < 4; quad++) {
        const float4 four = read_quad(tile + plane * TILE_M * 16, threadIdx.x, quad);
        sum += (four.x + four.y) + (four.z + four.w);
      }
    }
  }
};

/**
 * Computes one tile.
 * @param tiles dynamic shared memory, `STAGES * (TILE_M + TILE_N) * kBlockK` floats.
 * @param row_sums null, or where the sums of the left factor's rows go.
 */
template <class Problem>
__device__ void tile_product(const Problem& problem, const TilePlace& place, const TileLaunch& launch, float* tiles,
                             const float* bias, float* out, float* partials, float* row_sums) {
  __shared__ Place a_rows[TILE_M];
  __shared__ Place b_rows[TILE_N];
  __shared__ Place a_inner[2 * kBlockK];
  __shared__ Place b_inner[2 * kBlockK];
  constexpr int kStageSize = (TILE_M + TILE_N) * kBlockK;

  const int rows = problem.rows();
  const int columns = problem.columns();
  if (place.first_row >= rows || place.first_column >= columns) return;
  const int inner = problem.inner();
  const int steps = (inner + kBlockK - 1) / kBlockK;
  const int steps_of_part = (steps + launch.parts - 1) / launch.parts;
  const int first_k = place.part * steps_of_part * kBlockK;
  const int end_k = first_k + steps_of_part * kBlockK < inner ? first_k + steps_of_part * kBlockK : inner;
  const int count = end_k > first_k ? (end_k - first_k + kBlockK - 1) / kBlockK : 0;

  const auto write_inner = [&](int number) {
    const int lane = threadIdx.x % 64;
    const int k = first_k + number * kBlockK + lane % 32;
    if (threadIdx.x >= 64 || lane % 32 >= kBlockK) return;
    const int at = (number & 1) * kBlockK + lane % 32;
    if (lane < 32) {
      a_inner[at] = k < end_k ? problem.a_inner(k) : outside();
    } else {
      b_inner[at] = k < end_k ? problem.b_inner(k) : outside();
    }
  };

  for (int i = threadIdx.x; i < TILE_M; i += kThreads) {
    a_rows[i] = place.first_row + i < rows ? problem.a_row(place.first_row + i) : outside();
  }
  for (int i = threadIdx.x; i < TILE_N; i += kThreads) {
    b_rows[i] = place.first_column + i < columns ? problem.b_row(place.first_column + i) : outside();
  }

  auto a = problem.a();
  auto b = problem.b();
  a.rows = a_rows;
  b.rows = b_rows;
  a.inner = a_inner;
  b.inner = b_inner;
  const auto stage_of = [&](int number) { return tiles + number % STAGES * kStageSize; };
  const auto fetch = [&](int number) {
    a.fetch(number, stage_of(number));
    b.fetch(number, stage_of(number) + TILE_M * kBlockK);
  };
  const auto store = [&](int number) {
    a.store(stage_of(number));
    b.store(stage_of(number) + TILE_M * kBlockK);
  };

  for (int number = 0; number < STAGES - 1; number++) {
    if (number < count) write_inner(number);
    __syncthreads();
    if (number < count) {
      fetch(number);
      store(number);
    }
    commit_copies();
  }
  if (STAGES - 1 < count) write_inner(STAGES - 1);
  wait_for_copies<STAGES - 2>();
  __syncthreads();

  Accumulators sums;
  RowSums sums_of_rows;
  const bool has_row_sums = row_sums != nullptr && place.first_column == 0;
  for (int number = 0; number < count; number++) {
    const int ahead = number + STAGES - 1;
    if (ahead < count) fetch(ahead);
    if (ahead + 1 < count) write_inner(ahead + 1);
    sums.add(stage_of(number), stage_of(number) + TILE_M * kBlockK);
    if (has_row_sums) sums_of_rows.add(stage_of(number));
    if (ahead < count) store(ahead);
    commit_copies();
    wait_for_copies<STAGES - 2>();
    __syncthreads();
  }

  const int member_of_parts = place.member * launch.parts + place.part;
  if (has_row_sums && threadIdx.x < TILE_M && place.first_row + threadIdx.x < rows) {
    row_sums[static_cast<long long>(member_of_parts) * launch.most_rows + place.first_row + threadIdx.x] = sums_of_rows.sum;
  }
  if (launch.parts > 1) {
    float* to = partials + static_cast<long long>(member_of_parts) * launch.most_rows * launch.most_columns;
    sums.each([&](int i, int j, float sum) {
      const int row = place.first_row + i;
      const int column = place.first_column + j;
      if (row < rows && column < columns) to[static_cast<long long>(row) * launch.most_columns + column] = sum;
    });
    return;
  }
  // The tables of rows are not read any more: where sums go takes their room.
  for (int i = threadIdx.x; i < TILE_M; i += kThreads) {
    if (place.first_row + i < rows) a_rows[i].offset = problem.row_offset(place.first_row + i);
  }
  for (int i = threadIdx.x; i < TILE_N; i += kThreads) {
    if (place.first_column + i < columns) b_rows[i].offset = problem.column_offset(place.first_column + i);
  }
  __syncthreads();
  sums.each([&](int i, int j, float sum) {
    const int row = place.first_row + i;
    const int column = place.first_column + j;
    if (row >= rows || column >= columns) return;
    out[a_rows[i].offset + b_rows[j].offset] = finished(sum, bias, row, column, launch);
  });
}
