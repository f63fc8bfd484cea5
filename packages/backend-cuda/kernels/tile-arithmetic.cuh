#include "tile-operand.cuh"
#include "products.cuh"
// The sums of one block's tile of a product, spread over its threads' registers, and how a pair of tiles of the factors is
// added to them: `MATH` says in which arithmetic.

constexpr int kWarpM = TILE_M / WARPS_M;
constexpr int kWarpN = TILE_N / WARPS_N;

#if MATH == MATH_FMA

/** Threads of a warp stand 4 x 8 and take every fourth row and every eighth column of the warp's part. */
struct Accumulators {
  static constexpr int kM = kWarpM / 4;
  static constexpr int kN = kWarpN / 8;
  float sums[kM][kN] = {};

  __device__ static int row() { return threadIdx.x / 32 % WARPS_M * kWarpM + threadIdx.x % 32 / 8; }
  __device__ static int column() { return threadIdx.x / 32 / WARPS_M * kWarpN + threadIdx.x % 8; }

  __device__ void add(const float* a, const float* b) {
#pragma unroll
    for (int plane = 0; plane < PLANES; plane++, a += TILE_M * 16, b += TILE_N * 16) {
      // Unrolled, all four would be read at once, to registers that there are not.
#pragma unroll 1
      for (int quad = 0; quad < 4; quad++) {
        float4 right[kN];
#pragma unroll
        for (int j = 0; j < kN; j++) right[j] = read_quad(b, column() + j * 8, quad);
#pragma unroll
        for (int i = 0; i < kM; i++) {
          const float4 left = read_quad(a, row() + i * 4, quad);
#pragma unroll
          for (int j = 0; j < kN; j++) sums[i][j] = fmaf(left.x, right[j].x, sums[i][j]);
#pragma unroll
          for (int j = 0; j < kN; j++) sums[i][j] = fmaf(left.y, right[j].y, sums[i][j]);
#pragma unroll
          for (int j = 0; j < kN; j++) sums[i][j] = fmaf(left.z, right[j].z, sums[i][j]);
#pragma unroll
          for (int j = 0; j < kN; j++) sums[i][j] = fmaf(left.w, right[j].w, sums[i][j]);
        }
      }
    }
  }

  /** Calls `work(row in the tile, column, sum)` for all sums of this thread. */
  template <class Work>
  __device__ void each(Work&& work) const {
#pragma unroll
    for (int i = 0; i < kM; i++) {
#pragma unroll
      for (int j = 0; j < kN; j++) work(row() + i * 4, column() + j * 8, sums[i][j]);
    }
  }
};

#else

/**
 * Fragments of tensor cores. Which inner places meet in one instruction is free as long as both factors agree: a thread
 * takes four neighbours at once, which are what two instructions on TF32, or one on bf16, want of it.
 */
struct Accumulators {
  static constexpr int kM = kWarpM / 16;
  static constexpr int kN = kWarpN / 8;
  float sums[kM][kN][4] = {};

  __device__ static int row() { return threadIdx.x / 32 % WARPS_M * kWarpM + threadIdx.x % 32 / 4; }
  __device__ static int column() { return threadIdx.x / 32 / WARPS_M * kWarpN; }

  __device__ void add(const float* a, const float* b) {
    const int group = threadIdx.x % 32 / 4;
    const int member = threadIdx.x % 4;
#pragma unroll
    for (int plane = 0; plane < PLANES; plane++, a += TILE_M * 16, b += TILE_N * 16) {
      Right right[kN];
#pragma unroll
      for (int j = 0; j < kN; j++) right[j] = Right(read_quad(b, column() + j * 8 + group, member));
#pragma unroll
      for (int i = 0; i < kM; i++) {
        const Left left(read_quad(a, row() + i * 16, member), read_quad(a, row() + i * 16 + 8, member));
#pragma unroll
        for (int j = 0; j < kN; j++) add_products(sums[i][j], left, right[j]);
      }
    }
  }

  template <class Work>
  __device__ void each(Work&& work) const {
    const int member = threadIdx.x % 4;
#pragma unroll
    for (int i = 0; i < kM; i++) {
#pragma unroll
      for (int j = 0; j < kN; j++) {
#pragma unroll
        for (int part = 0; part < 4; part++) {
          work(row() + i * 16 + part / 2 * 8, column() + j * 8 + member * 2 + part % 2, sums[i][j][part]);
        }
      }
    }
  }
};

#endif
