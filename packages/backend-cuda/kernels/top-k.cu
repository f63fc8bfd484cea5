#include "group.cuh"
#include "numbers.cuh"
// The largest elements of every row and where they are, in order: of equals the first counts, and NaN is the least.

__device__ __forceinline__ bool is_nan(int) { return false; }

template <class Element>
struct Place {
  Element value;
  /** -1 for none. */
  int index;

  __device__ __forceinline__ bool is_before(const Place& other) const {
    if (other.index < 0 || index < 0) return index >= 0;
    if (is_nan(value) != is_nan(other.value)) return is_nan(other.value);
    return value > other.value || (!(value < other.value) && index < other.index);
  }
};

/** A warp for each row: the best of what comes behind the last one found, k times. */
template <class Element>
__device__ __forceinline__ void top_k(const Element* from, Element* values, int* indices, int rows, int length, int k) {
  const int row = static_cast<int>(blockIdx.x) * (blockDim.x / kWarp) + threadIdx.x / kWarp;
  if (row >= rows) return;
  const Element* own = from + static_cast<long long>(row) * length;
  Place<Element> last{Element(), -1};
  for (int rank = 0; rank < k; rank++) {
    Place<Element> best{Element(), -1};
    for (int i = static_cast<int>(threadIdx.x) % kWarp; i < length; i += kWarp) {
      const Place<Element> place{own[i], i};
      if ((rank == 0 || last.is_before(place)) && place.is_before(best)) best = place;
    }
    for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
      const Place<Element> other{__shfl_xor_sync(0xffffffffu, best.value, lanes),
                                 __shfl_xor_sync(0xffffffffu, best.index, lanes)};
      if (other.is_before(best)) best = other;
    }
    last = best;
    if (threadIdx.x % kWarp != 0) continue;
    values[static_cast<long long>(row) * k + rank] = best.value;
    indices[static_cast<long long>(row) * k + rank] = best.index;
  }
}

extern "C" __global__ void top_k_float32(const float* from, float* values, int* indices, int rows, int length, int k) {
  top_k(from, values, indices, rows, length, k);
}

extern "C" __global__ void top_k_int32(const int* from, int* values, int* indices, int rows, int length, int k) {
  top_k(from, values, indices, rows, length, k);
}
