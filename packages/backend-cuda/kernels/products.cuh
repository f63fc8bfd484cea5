#include "mma.cuh"
// Products of fragments on the tensor cores: 16 rows of a left factor by 8 columns of a right one, 16 terms each, in the
// arithmetic that `MATH` says. Thread `4 g + t` of a warp has rows g and g + 8 of the left factor and column g of the right
// one. Of each it holds four places along the inner axis: which ones is free, as long as both factors agree.

#define MATH_FMA 0
#define MATH_TF32 1
/** Factors as sums of two TF32 numbers, three products of four: the error of float32. */
#define MATH_TF32X3 2
#define MATH_BF16 3

/** Whether sums that are no numbers have to be looked at again: see `add_products`. */
constexpr bool kDoubtsNan = MATH == MATH_TF32X3;

/** Whether products are told from NaN at once, as a type: for code that is there in both ways. */
struct Checked {
  static constexpr bool kIs = true;
};
struct Unchecked {
  static constexpr bool kIs = false;
};

/** Whether one of a thread's sums is NaN. */
template <int kM, int kN>
__device__ inline bool has_nan(const float (&sums)[kM][kN][4]) {
  bool has = false;
#pragma unroll
  for (int m = 0; m < kM; m++) {
#pragma unroll
    for (int j = 0; j < kN; j++) {
#pragma unroll
      for (int part = 0; part < 4; part++) has |= sums[m][j][part] != sums[m][j][part];
    }
  }
  return has;
}

#if MATH == MATH_TF32

/** An element of a factor as the tensor cores take it, in one word or two. */
using Ready = unsigned;
__device__ inline Ready ready(float x) { return to_tf32(x); }
__device__ inline unsigned word_of(Ready x, int) { return x; }
__device__ inline Ready ready_of(unsigned word, unsigned) { return word; }

struct Right {
  unsigned parts[4];
  Right() = default;
  __device__ explicit Right(float4 x) : parts{to_tf32(x.x), to_tf32(x.y), to_tf32(x.z), to_tf32(x.w)} {}
  __device__ Right(Ready x, Ready y, Ready z, Ready w) : parts{x, y, z, w} {}
};
struct Left {
  unsigned parts[2][4];
  Left() = default;
  __device__ Left(float4 low, float4 high)
      : parts{{to_tf32(low.x), to_tf32(high.x), to_tf32(low.y), to_tf32(high.y)},
              {to_tf32(low.z), to_tf32(high.z), to_tf32(low.w), to_tf32(high.w)}} {}
  __device__ Left(const Ready (&low)[4], const Ready (&high)[4])
      : parts{{low[0], high[0], low[1], high[1]}, {low[2], high[2], low[3], high[3]}} {}
};

template <bool kIsChecked = true>
__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  mma_tf32(to, left.parts[0], right.parts[0], right.parts[1]);
  mma_tf32(to, left.parts[1], right.parts[2], right.parts[3]);
}

#elif MATH == MATH_TF32X3

/** The nearest TF32 number, and the nearest one to what is left. Nothing is left of infinities. */
struct __align__(8) Ready {
  unsigned high;
  unsigned low;
};
__device__ inline Ready ready(float x) {
  const unsigned high = to_tf32(x);
  const float near = __uint_as_float(high);
  return {high, to_tf32(near == x ? 0.0f : x - near)};
}
__device__ inline unsigned word_of(Ready x, int part) { return part == 0 ? x.high : x.low; }
__device__ inline Ready ready_of(unsigned high, unsigned low) { return {high, low}; }

struct Right {
  unsigned high[4];
  unsigned low[4];
  Right() = default;
  __device__ explicit Right(float4 x) : Right(ready(x.x), ready(x.y), ready(x.z), ready(x.w)) {}
  __device__ Right(Ready x, Ready y, Ready z, Ready w)
      : high{x.high, y.high, z.high, w.high}, low{x.low, y.low, z.low, w.low} {}
};
struct Left {
  unsigned high[2][4];
  unsigned low[2][4];
  Left() = default;
  __device__ Left(float4 top, float4 bottom) {
    const Ready low_rows[4] = {ready(top.x), ready(top.y), ready(top.z), ready(top.w)};
    const Ready high_rows[4] = {ready(bottom.x), ready(bottom.y), ready(bottom.z), ready(bottom.w)};
    set(low_rows, high_rows);
  }
  __device__ Left(const Ready (&top)[4], const Ready (&bottom)[4]) { set(top, bottom); }

 private:
  __device__ void set(const Ready (&top)[4], const Ready (&bottom)[4]) {
#pragma unroll
    for (int place = 0; place < 4; place++) {
      high[place / 2][place % 2 * 2] = top[place].high;
      high[place / 2][place % 2 * 2 + 1] = bottom[place].high;
      low[place / 2][place % 2 * 2] = top[place].low;
      low[place / 2][place % 2 * 2 + 1] = bottom[place].low;
    }
  }
};

/**
 * Tensor cores cut off where float32 rounds, so long sums lose a little at every step, always in one direction. Six
 * instructions' worth is summed there, the rest here. Infinities meet zeros in the low parts, which says nothing of their
 * products: the high parts alone tell. Unchecked, sums with infinities are NaN.
 */
template <bool kIsChecked = true>
__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  constexpr float kMax = 3.402823466e38f;
  float parts[4];
  begin_tf32(parts, left.low[0], right.high[0], right.high[1]);
  mma_tf32(parts, left.low[1], right.high[2], right.high[3]);
  mma_tf32(parts, left.high[0], right.low[0], right.low[1]);
  mma_tf32(parts, left.high[1], right.low[2], right.low[3]);
  if (kIsChecked) {
#pragma unroll
    for (int part = 0; part < 4; part++) parts[part] = fabsf(parts[part]) < kMax ? parts[part] : 0.0f;
  }
  mma_tf32(parts, left.high[0], right.high[0], right.high[1]);
  mma_tf32(parts, left.high[1], right.high[2], right.high[3]);
#pragma unroll
  for (int part = 0; part < 4; part++) to[part] += parts[part];
}

#elif MATH == MATH_BF16

using Ready = float;
__device__ inline Ready ready(float x) { return x; }
__device__ inline unsigned word_of(Ready x, int) { return __float_as_uint(x); }
__device__ inline Ready ready_of(unsigned word, unsigned) { return __uint_as_float(word); }

struct Right {
  unsigned parts[2];
  Right() = default;
  __device__ explicit Right(float4 x) : parts{to_bf16_pair(x.x, x.y), to_bf16_pair(x.z, x.w)} {}
  __device__ Right(Ready x, Ready y, Ready z, Ready w) : parts{to_bf16_pair(x, y), to_bf16_pair(z, w)} {}
};
struct Left {
  unsigned parts[4];
  Left() = default;
  __device__ Left(float4 low, float4 high)
      : parts{to_bf16_pair(low.x, low.y), to_bf16_pair(high.x, high.y), to_bf16_pair(low.z, low.w),
              to_bf16_pair(high.z, high.w)} {}
  __device__ Left(const Ready (&low)[4], const Ready (&high)[4])
      : Left(float4{low[0], low[1], low[2], low[3]}, float4{high[0], high[1], high[2], high[3]}) {}
};

template <bool kIsChecked = true>
__device__ inline void add_products(float (&to)[4], const Left& left, const Right& right) {
  mma_bf16(to, left.parts, right.parts[0], right.parts[1]);
}

#endif
