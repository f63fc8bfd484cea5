#include "tile-operand.cuh"
// The sums of one block's tile of a product, spread over its threads' registers, and how a pair of tiles of the factors is
// added to them: `MATH` says in which arithmetic.

#define MATH_FMA 0
#define MATH_TF32 1
/** Factors as sums of two TF32 numbers, three products of four: the error of float32. */
#define MATH_TF32X3 2
#define MATH_BF16 3

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
        add_row(sums[i], left, right);
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

 private:
#if MATH == MATH_TF32

  struct Right {
    unsigned parts[4];
    Right() = default;
    __device__ explicit Right(float4 x) : parts{to_tf32(x.x), to_tf32(x.y), to_tf32(x.z), to_tf32(x.w)} {}
  };
  struct Left {
    unsigned parts[2][4];
    __device__ Left(float4 low, float4 high)
        : parts{{to_tf32(low.x), to_tf32(high.x), to_tf32(low.y), to_tf32(high.y)},
                {to_tf32(low.z), to_tf32(high.z), to_tf32(low.w), to_tf32(high.w)}} {}
  };

  __device__ static void add_row(float (&to)[kN][4], const Left& left, const Right (&right)[kN]) {
#pragma unroll
    for (int step = 0; step < 2; step++) {
#pragma unroll
      for (int j = 0; j < kN; j++) {
        mma_tf32(to[j], left.parts[step], right[j].parts[2 * step], right[j].parts[2 * step + 1]);
      }
    }
  }

#elif MATH == MATH_TF32X3

  static constexpr float kMax = 3.402823466e38f;

  /** The nearest TF32 number, and the nearest one to what is left. Nothing is left of infinities. */
  __device__ static void split(float x, unsigned& high, unsigned& low) {
    high = to_tf32(x);
    const float near = __uint_as_float(high);
    low = to_tf32(near == x ? 0.0f : x - near);
  }

  struct Right {
    unsigned high[4];
    unsigned low[4];
    Right() = default;
    __device__ explicit Right(float4 x) {
      split(x.x, high[0], low[0]);
      split(x.y, high[1], low[1]);
      split(x.z, high[2], low[2]);
      split(x.w, high[3], low[3]);
    }
  };
  struct Left {
    unsigned high[2][4];
    unsigned low[2][4];
    __device__ Left(float4 top, float4 bottom) {
      split(top.x, high[0][0], low[0][0]);
      split(bottom.x, high[0][1], low[0][1]);
      split(top.y, high[0][2], low[0][2]);
      split(bottom.y, high[0][3], low[0][3]);
      split(top.z, high[1][0], low[1][0]);
      split(bottom.z, high[1][1], low[1][1]);
      split(top.w, high[1][2], low[1][2]);
      split(bottom.w, high[1][3], low[1][3]);
    }
  };

  /**
   * Tensor cores cut off where float32 rounds, so long sums lose a little at every step, always in one direction. Six
   * instructions' worth is summed there, the rest here. Infinities meet zeros in the low parts, which says nothing of their
   * products: the high parts alone tell.
   */
  __device__ static void add_row(float (&to)[kN][4], const Left& left, const Right (&right)[kN]) {
#pragma unroll
    for (int j = 0; j < kN; j++) {
      float parts[4] = {};
      mma_tf32(parts, left.low[0], right[j].high[0], right[j].high[1]);
      mma_tf32(parts, left.low[1], right[j].high[2], right[j].high[3]);
      mma_tf32(parts, left.high[0], right[j].low[0], right[j].low[1]);
      mma_tf32(parts, left.high[1], right[j].low[2], right[j].low[3]);
#pragma unroll
      for (int part = 0; part < 4; part++) parts[part] = fabsf(parts[part]) < kMax ? parts[part] : 0.0f;
      mma_tf32(parts, left.high[0], right[j].high[0], right[j].high[1]);
      mma_tf32(parts, left.high[1], right[j].high[2], right[j].high[3]);
#pragma unroll
      for (int part = 0; part < 4; part++) to[j][part] += parts[part];
    }
  }

#else

  struct Right {
    unsigned parts[2];
    Right() = default;
    __device__ explicit Right(float4 x) : parts{to_bf16_pair(x.x, x.y), to_bf16_pair(x.z, x.w)} {}
  };
  struct Left {
    unsigned parts[4];
    __device__ Left(float4 low, float4 high)
        : parts{to_bf16_pair(low.x, low.y), to_bf16_pair(high.x, high.y), to_bf16_pair(low.z, low.w),
                to_bf16_pair(high.z, high.w)} {}
  };

  __device__ static void add_row(float (&to)[kN][4], const Left& left, const Right (&right)[kN]) {
#pragma unroll
    for (int j = 0; j < kN; j++) mma_bf16(to[j], left.parts, right[j].parts[0], right[j].parts[1]);
  }

#endif
};

#endif
