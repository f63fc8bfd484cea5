// What the threads of a group do together: 32 threads of one warp, or all of a block of at most 1024. A block's groups have
// to be all of one kind.

constexpr int kWarp = 32;
/** Numbers that a block's warps exchange. */
constexpr int kMaxWarps = 32;

/**
 * Combines a value of each thread of a group; every thread gets the result, which does not depend on how threads run.
 * @param held shared memory of the block, kMaxWarps values; warps alone do not touch it.
 */
template <class Value, class Operation>
__device__ __forceinline__ Value combine_group(Value value, bool is_warp, Value* held, Operation operation) {
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    value = operation(value, __shfl_xor_sync(0xffffffffu, value, lanes));
  }
  if (is_warp) return value;
  // Before anything is written, all must have read what the last call left.
  __syncthreads();
  const int warp = threadIdx.x / kWarp;
  if (threadIdx.x % kWarp == 0) held[warp] = value;
  __syncthreads();
  Value result = held[0];
  for (int other = 1; other < static_cast<int>(blockDim.x) / kWarp; other++) result = operation(result, held[other]);
  return result;
}

struct Addition {
  template <class Value>
  __device__ __forceinline__ Value operator()(Value a, Value b) const { return a + b; }
};

/** NaN where either is. */
struct Largest {
  __device__ __forceinline__ float operator()(float a, float b) const { return a != a || !(b > a || b != b) ? a : b; }
};

struct Least {
  template <class Value>
  __device__ __forceinline__ Value operator()(Value a, Value b) const { return b < a ? b : a; }
};
