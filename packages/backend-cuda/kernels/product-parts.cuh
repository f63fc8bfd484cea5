#include "fused-activation.cuh"
// What blocks of a product have of it, and the sums of its parts. A block sums over one part of the inner axis. With
// several parts its sums go to `partials`, `[member][part][row][column]`, and `add_partials` adds them in their order,
// so that results do not depend on which block is faster.
// ACTIVATION is what sums are finished with; a choice at run time would be there for every sum that a thread has.

struct TileLaunch {
  /** Tiles along rows and columns, and parts along the inner axis. */
  int row_tiles;
  int column_tiles;
  int parts;
  /** Rows and columns of partial sums: the most that a member of the batch has. */
  int most_rows;
  int most_columns;
  /** Whether the bias belongs to rows, not to columns. */
  int bias_of_rows;
  float alpha;
};

/** The block's place in the launch: `[member][part][column tile][row tile]`. */
struct TilePlace {
  int first_row;
  int first_column;
  int part;
  int member;

  /** @param rows of a tile, and its columns. */
  __device__ TilePlace(const TileLaunch& launch, int rows, int columns) {
    int index = blockIdx.x;
    first_row = index % launch.row_tiles * rows;
    index /= launch.row_tiles;
    first_column = index % launch.column_tiles * columns;
    index /= launch.column_tiles;
    part = index % launch.parts;
    member = index / launch.parts;
  }
};

/** What is added to the sums of a row or a column before the activation. */
__device__ inline float finished(float sum, const float* bias, int row, int column, const TileLaunch& launch) {
  if (bias != nullptr) sum += bias[launch.bias_of_rows ? row : column];
  return activated<ACTIVATION>(sum, launch.alpha);
}

/** The sum that this thread adds the parts of; false where there is none. Each member has blocks of its own. */
__device__ inline bool find_sum(const TileLaunch& launch, int& member, int& index) {
  const int size = launch.most_rows * launch.most_columns;
  const int blocks = (size - 1) / static_cast<int>(blockDim.x) + 1;
  member = blockIdx.x / blocks;
  index = blockIdx.x % blocks * blockDim.x + threadIdx.x;
  return index < size;
}

/** Adds the parts of one member's sums and finishes them. One thread for each sum of `[most_rows][most_columns]`. */
template <class Problem>
__device__ void add_partials(const Problem& problem, int member, int index, const TileLaunch& launch, const float* bias,
                             float* out, const float* partials) {
  const int row = index / launch.most_columns;
  const int column = index - row * launch.most_columns;
  if (row >= problem.rows() || column >= problem.columns()) return;
  const long long size = static_cast<long long>(launch.most_rows) * launch.most_columns;
  const float* from = partials + member * launch.parts * size + index;
  float sum = from[0];
  for (int part = 1; part < launch.parts; part++) sum += from[part * size];
  out[problem.row_offset(row) + problem.column_offset(column)] = finished(sum, bias, row, column, launch);
}
