// What goes along one axis of a tensor `[outer, length, inner]`: places of the largest and the least, running sums and
// products.
#include "group.cuh"
#include "numbers.cuh"

struct Line {
  int length;
  int inner;
};

/** A thread's line of elements, or those of its warp; `count` lines there are. */
template <class Element>
__device__ __forceinline__ const Element* line_of(const Element* from, int index, const Line& line) {
  const int outer = index / line.inner;
  return from + static_cast<long long>(outer) * line.length * line.inner + (index - outer * line.inner);
}

/** Nothing is better than NaN, and NaN better than nothing: the first element stays if it is none. */
template <bool kLargest, class Element>
__device__ __forceinline__ bool is_better(Element value, Element best) {
  return kLargest ? value > best : value < best;
}

/** A warp for each line: each lane has every 32nd element, and of equals the first counts. */
template <bool kLargest, class Element>
__device__ __forceinline__ void arg_best(const Element* from, int* to, int count, const Line& line) {
  const int index = static_cast<int>(blockIdx.x) * (blockDim.x / kWarp) + threadIdx.x / kWarp;
  if (index >= count) return;
  const Element* own = line_of(from, index, line);
  const Element first = own[0];
  Element best = first;
  int place = 0;
  for (int i = static_cast<int>(threadIdx.x) % kWarp; i < line.length; i += kWarp) {
    const Element value = own[static_cast<long long>(i) * line.inner];
    if (!is_better<kLargest>(value, best)) continue;
    best = value;
    place = i;
  }
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    const Element other = __shfl_xor_sync(0xffffffffu, best, lanes);
    const int other_place = __shfl_xor_sync(0xffffffffu, place, lanes);
    if (!is_better<kLargest>(other, best) && !(other == best && other_place < place)) continue;
    best = other;
    place = other_place;
  }
  if (threadIdx.x % kWarp == 0) to[index] = place;
}

#define ARGUMENT(name, kLargest, Element)                                                         \
  extern "C" __global__ void name(const Element* from, int* to, int count, Line line) {           \
    arg_best<kLargest>(from, to, count, line);                                                    \
  }

ARGUMENT(arg_max_float32, true, float)
ARGUMENT(arg_max_int32, true, int)
ARGUMENT(arg_min_float32, false, float)
ARGUMENT(arg_min_int32, false, int)

/** A thread for each line. Every value is rounded as it is stored, as tfjs has it. */
template <class Element, class Function>
__device__ __forceinline__ void scan(const Element* from, Element* to, int count, const Line& line, int is_exclusive,
                                     int is_reverse, Element start, Function function) {
  const int index = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (index >= count) return;
  const Element* x = line_of(from, index, line);
  Element* y = to + (x - from);
  const long long step = is_reverse ? -static_cast<long long>(line.inner) : line.inner;
  const long long begin = is_reverse ? static_cast<long long>(line.length - 1) * line.inner : 0;
  Element running = start;
  for (long long i = 0, at = begin; i < line.length; i++, at += step) {
    const Element before = running;
    running = function(running, x[at]);
    y[at] = is_exclusive ? before : running;
  }
}

#define SCAN(name, Element, start, expression)                                                                      \
  extern "C" __global__ void name(const Element* from, Element* to, int count, Line line, int is_exclusive,         \
                                  int is_reverse) {                                                                 \
    scan(from, to, count, line, is_exclusive, is_reverse, static_cast<Element>(start),                              \
         [](Element a, Element b) { return expression; });                                                          \
  }

SCAN(cumsum_float32, float, 0, a + b)
SCAN(cumsum_int32, unsigned, 0, a + b)
SCAN(cumprod_float32, float, 1, a * b)
SCAN(cumprod_int32, unsigned, 1, a * b)
