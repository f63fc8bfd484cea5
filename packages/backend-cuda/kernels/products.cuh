#include "mma.cuh"
// Products of fragments on the tensor cores: 16 rows of a left factor by 8 columns of a right one, 16 terms each, in the
// arithmetic that `MATH` says. Thread `4 g + t` of a warp has rows g and g + 8 of the left factor and column g of the right
// one. Of each it holds four places along the inner axis: which ones is free, as long as both factors agree.

#define MATH_FMA 0
#define MATH_TF32 1
/** Factors as sums of two TF32 numbers, three products of four: the error of float32. */
#define MATH_TF32X3 2
#define MATH_BF16 3

#if MATH == MATH_TF32

struct Right {
  unsigned parts[4];
  Right() = default;
  __device__ explicit Right(float4 x) : parts{to_tf32(x.x), to_tf32(x.y), to_tf32(x.z), to_tf32(x.w)} {}
};
struct Left {
  unsigned parts[2][4];
  Left() = default;
  __device__ Left(float4 low, float4 high)
      : parts{{to_tf32(low.x), to_tf32(high.x), to_tf32(low.y), to_tf32(high.y)},
              {to_tf32(low.z), to_tf32(high.z), to_tf32(low.w), to_tf32(high.w)}} {}
};

__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  mma_tf32(to, left.parts[0], right.parts[0], right.parts[1]);
  mma_tf32(to, left.parts[1], right.parts[2], right.parts[3]);
}

#elif MATH == MATH_TF32X3

/** The nearest TF32 number, and the nearest one to what is left. Nothing is left of infinities. */
__device__ inline void split(float x, unsigned& high, unsigned& low) {
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
  Left() = default;
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
__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  constexpr float kMax = 3.402823466e38f;
  float parts[4] = {};
  mma_tf32(parts, left.low[0], right.high[0], right.high[1]);
  mma_tf32(parts, left.low[1], right.high[2], right.high[3]);
  mma_tf32(parts, left.high[0], right.low[0], right.low[1]);
  mma_tf32(parts, left.high[1], right.low[2], right.low[3]);
#pragma unroll
  for (int part = 0; part < 4; part++) parts[part] = fabsf(parts[part]) < kMax ? parts[part] : 0.0f;
  mma_tf32(parts, left.high[0], right.high[0], right.high[1]);
  mma_tf32(parts, left.high[1], right.high[2], right.high[3]);
#pragma unroll
  for (int part = 0; part < 4; part++) to[part] += parts[part];
}

#elif MATH == MATH_BF16

struct Right {
  unsigned parts[2];
  Right() = default;
  __device__ explicit Right(float4 x) : parts{to_bf16_pair(x.x, x.y), to_bf16_pair(x.z, x.w)} {}
};
struct Left {
  unsigned parts[4];
  Left() = default;
  __device__ Left(float4 low, float4 high)
      : parts{to_bf16_pair(low.x, low.y), to_bf16_pair(high.x, high.y), to_bf16_pair(low.z, low.w),
              to_bf16_pair(high.z, high.w)} {}
};

__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  mma_bf16(to, left.parts, right.parts[0], right.parts[1]);
}

#endif
