#include "products.cuh"
#include "direct-geometry.cuh"
// The gradient of a convolution's weight from patches of x and rows of dy in shared memory. The rows of the product are
// output channels, its columns input channels and taps, its inner axis pixels: some rows of y at a time, a part of all
// rows of all images. With several parts the sums of each go to a place of their own, to be added in their order. The
// sums of dy's rows, the gradient of a bias, may be a second result.
// A pixel beyond the last one has a dy of 0, and the x of one that is there.

constexpr int kThreads = 32 * WARPS_M * WARPS_N;
constexpr int kRows = WARPS_M * M_TILES * 16;
constexpr int kColumns = WARPS_N * N_TILES * 8;

struct DirectGradientLaunch {
  int row_blocks;
  int column_blocks;
  int parts;
  /** Rows of y at a time, how many times that makes for an image, and how many of these a part has. */
  int rows;
  int turns;
  int turns_of_part;
  /** Channels of x that a block's columns may have. */
  int channels;
  /** Rows and columns of x that the pixels see at a time. */
  int patch[2];
  /** Floats from one channel to the next in shared memory: of x, and of dy. */
  int plane;
  int line;
  int stages;
  /** Whether dy can be copied four elements at a time. */
  int has_quads;
};

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    direct_weight_gradient(const float* x, const float* dy, float* dw, float* db, DirectConvolution c,
                           DirectGradientLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, shared);
  const int stage_size = launch.channels * launch.plane + kRows * launch.line;
  int* inner = reinterpret_cast<int*>(shared + launch.stages * stage_size);

  int index = blockIdx.x;
  const int part = index % launch.parts;
  index /= launch.parts;
  const int column_block = index % launch.column_blocks;
  index /= launch.column_blocks;
  const int row_block = index % launch.row_blocks;
  const int conv_group = index / launch.row_blocks;

  const int taps = c.tap_count();
  const int columns_of_all = c.channels * taps;
  const int first_row = row_block * kRows;
  const int first_column = column_block * kColumns;
  const int first_channel = first_column / taps;
  const int pixels = launch.rows * c.out[1];
  const int steps = (pixels + 15) / 16;
  const int area = launch.patch[0] * launch.patch[1];
  const int first_turn = part * launch.turns_of_part;
  const int turns_left = c.images * launch.turns - first_turn;
  const int count = turns_left < launch.turns_of_part ? turns_left : launch.turns_of_part;

  for (int k = threadIdx.x; k < steps * 16; k += kThreads) {
    const int pixel = k < pixels ? k : pixels - 1;
    inner[k] = pixel / c.out[1] * c.strides[0] * launch.patch[1] + pixel % c.out[1] * c.strides[1];
  }
  // Copies end at the last pixel; what is read behind it stays 0.
  for (int i = threadIdx.x; i < kRows * launch.line; i += kThreads) {
    if (i % launch.line < pixels) continue;
    for (int stage = 0; stage < launch.stages; stage++) {
      shared[stage * stage_size + launch.channels * launch.plane + i] = 0;
    }
  }

  // The elements of every plane of x that this thread copies: rows and columns, which no image changes.
  int source_rows[POSITIONS];
  int source_columns[POSITIONS];
#pragma unroll
  for (int i = 0; i < POSITIONS; i++) {
    const int at = threadIdx.x + i * kThreads;
    source_rows[i] = at / launch.patch[1] - c.pads[0];
    source_columns[i] = at % launch.patch[1] - c.pads[1];
    if (source_columns[i] < 0 || source_columns[i] >= c.in[1] || at >= area) source_rows[i] = -(1 << 29);
  }
  const float* group_x = x + conv_group * c.channels * c.x_channel();
  const float* group_dy = dy + conv_group * c.outputs * c.y_channel();
  const auto fetch = [&](int number) {
    float* to = shared + number % launch.stages * stage_size;
    const int image = (first_turn + number) / launch.turns;
    const int row = (first_turn + number) % launch.turns * launch.rows;
    const float* from = group_x + image * c.x_image();
    for (int channel = 0; channel < launch.channels; channel++) {
      const int of_x = first_channel + channel;
#pragma unroll
      for (int i = 0; i < POSITIONS; i++) {
        const int at = threadIdx.x + i * kThreads;
        if (at >= area) break;
        const int source = source_rows[i] + row * c.strides[0];
        const bool is_real = source >= 0 && source < c.in[0] && of_x < c.channels;
        const int offset = is_real ? of_x * c.x_channel() + source * c.in[1] + source_columns[i] : 0;
        copy_async_4(to + channel * launch.plane + at, from + offset, is_real);
      }
    }
    to += launch.channels * launch.plane;
    from = group_dy + image * c.y_image() + row * c.out[1];
    const int real_pixels = (launch.rows < c.out[0] - row ? launch.rows : c.out[0] - row) * c.out[1];
    for (int i = threadIdx.x / 32; i < kRows; i += kThreads / 32) {
      const bool is_row = first_row + i < c.outputs;
      const float* line = from + (is_row ? (first_row + i) * c.y_channel() : 0);
      if (launch.has_quads) {
        for (int pixel = threadIdx.x % 32 * 4; pixel < pixels; pixel += 128) {
          const bool is_real = is_row && pixel < real_pixels;
          copy_async_16(to + i * launch.line + pixel, is_real ? line + pixel : dy, is_real);
        }
      } else {
        for (int pixel = threadIdx.x % 32; pixel < pixels; pixel += 32) {
          const bool is_real = is_row && pixel < real_pixels;
          copy_async_4(to + i * launch.line + pixel, is_real ? line + pixel : dy, is_real);
        }
      }
    }
  };

  const int warp = threadIdx.x / 32;
  const int group = threadIdx.x % 32 / 4;
  const int member = threadIdx.x % 4;
  const int warp_row = warp % WARPS_M * M_TILES * 16 + group;
  const int warp_column = first_column + warp / WARPS_M * N_TILES * 8;

  int columns[N_TILES];
#pragma unroll
  for (int j = 0; j < N_TILES; j++) {
    const int number = warp_column + j * 8 + group;
    const int column = number < columns_of_all ? number : first_column;
    const int tap = column % taps;
    columns[j] = (column / taps - first_channel) * launch.plane + tap / c.taps[1] * c.dilations[0] * launch.patch[1] +
                 tap % c.taps[1] * c.dilations[1];
  }

  float sums[M_TILES][N_TILES][4];
  // Sums of dy's rows, of factors before they are rounded.
  float row_sums[M_TILES][2];
  const bool has_row_sums = db != nullptr && column_block == 0 && warp / WARPS_M == 0;
  const auto compute = [&](auto checked) {
#pragma unroll
    for (int m = 0; m < M_TILES; m++) {
      row_sums[m][0] = row_sums[m][1] = 0.0f;
#pragma unroll
      for (int j = 0; j < N_TILES; j++) {
#pragma unroll
        for (int part = 0; part < 4; part++) sums[m][j][part] = 0.0f;
      }
    }
    if (count > 0) fetch(0);
    commit_copies();
    for (int number = 0; number < count; number++) {
      if (launch.stages > 1) {
        if (number + 1 < count) fetch(number + 1);
        commit_copies();
        wait_for_copies<1>();
      } else {
        wait_for_copies<0>();
      }
      __syncthreads();
      const float* patch = shared + number % launch.stages * stage_size;
      const float* line = patch + launch.channels * launch.plane + warp_row * launch.line + member;
      for (int step = 0; step < steps; step++, line += 16) {
        Left left[M_TILES];
#pragma unroll
        for (int m = 0; m < M_TILES; m++) {
          const float* low = line + m * 16 * launch.line;
          const float* high = low + 8 * launch.line;
          const float4 top = {low[0], low[4], low[8], low[12]};
          const float4 bottom = {high[0], high[4], high[8], high[12]};
          left[m] = Left(top, bottom);
          if (has_row_sums) {
            row_sums[m][0] += (top.x + top.y) + (top.z + top.w);
            row_sums[m][1] += (bottom.x + bottom.y) + (bottom.z + bottom.w);
          }
        }
        const float* at[4];
#pragma unroll
        for (int i = 0; i < 4; i++) at[i] = patch + inner[step * 16 + i * 4 + member];
#pragma unroll
        for (int j = 0; j < N_TILES; j++) {
          const Right right(float4{at[0][columns[j]], at[1][columns[j]], at[2][columns[j]], at[3][columns[j]]});
#pragma unroll
          for (int m = 0; m < M_TILES; m++) add_products<decltype(checked)::kIs>(sums[m][j], left[m], right);
        }
      }
      __syncthreads();
      if (launch.stages == 1 && number + 1 < count) {
        fetch(number + 1);
        commit_copies();
      }
    }
  };
  compute(Unchecked());
  if (kDoubtsNan && __syncthreads_or(has_nan(sums))) compute(Checked());

  const int rows_of_all = c.groups * c.outputs;
  float* to = dw + static_cast<long long>(part) * rows_of_all * columns_of_all;
#pragma unroll
  for (int m = 0; m < M_TILES; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = first_row + warp_row + m * 16 + half * 8;
      float sum = row_sums[m][half];
      sum += __shfl_xor_sync(0xffffffffu, sum, 1);
      sum += __shfl_xor_sync(0xffffffffu, sum, 2);
      if (row >= c.outputs) continue;
      const int row_of_all = conv_group * c.outputs + row;
      if (has_row_sums && member == 0) db[part * rows_of_all + row_of_all] = sum;
#pragma unroll
      for (int j = 0; j < N_TILES; j++) {
#pragma unroll
        for (int side = 0; side < 2; side++) {
          const int column = warp_column + j * 8 + member * 2 + side;
          if (column < columns_of_all) to[row_of_all * columns_of_all + column] = sums[m][j][half * 2 + side];
        }
      }
    }
  }
}
