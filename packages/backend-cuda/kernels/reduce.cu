// Reductions over any axes. A block has 256 threads, `blockDim.y` lanes for each of `blockDim.x` outputs or the other way
// round; its lanes' results are combined through shared memory, and those of several blocks by a second launch. The order
// depends on shapes alone. OPERATION is one of those below, FROM and TO are the types of an element and of the result, and
// FINISHED makes the result of `value`.
#include "numbers.cuh"

constexpr int kMaxAxes = 6;
constexpr int kThreads = 256;

/** Axes of one kind, row-major, with the distance from one place to the next. */
struct Axes {
  int rank;
  int extents[kMaxAxes];
  int strides[kMaxAxes];
};

struct Reduction {
  /** Outputs, and elements of each. */
  int outputs;
  int elements;
  /** Elements that one block takes. */
  int part;
  /** Whether neighbouring threads take neighbouring elements of one output, and not neighbouring outputs. */
  int is_along_row;
  Axes kept;
  Axes reduced;
};

__device__ __forceinline__ long long place_of(const Axes& axes, int index) {
  long long place = 0;
  for (int axis = axes.rank - 1; axis > 0; axis--) {
    const int extent = axes.extents[axis];
    const int outer = index / extent;
    place += static_cast<long long>(index - outer * extent) * axes.strides[axis];
    index = outer;
  }
  return axes.rank == 0 ? 0 : place + static_cast<long long>(index) * axes.strides[0];
}

/**
 * Brings a part of an output's elements down to one value, `to[part * outputs + output]`.
 * @param held shared memory, kThreads values.
 */
template <class Operation, class From, class Value, class Write>
__device__ __forceinline__ void reduce_part(const From* from, const Reduction& r, Value* held, Write write) {
  const int lanes = r.is_along_row ? blockDim.x : blockDim.y;
  const int lane = r.is_along_row ? threadIdx.x : threadIdx.y;
  const int width = r.is_along_row ? blockDim.y : blockDim.x;
  const int column = r.is_along_row ? threadIdx.y : threadIdx.x;
  const int output = static_cast<int>(blockIdx.x) * width + column;
  Value value = Operation::start();
  if (output < r.outputs) {
    const From* own = from + place_of(r.kept, output);
    const int begin = static_cast<int>(blockIdx.y) * r.part;
    const int rest = r.elements - begin;
    const int end = begin + (rest < r.part ? rest : r.part);
    for (int i = begin + lane; i < end; i += lanes) {
      value = Operation::merge(value, static_cast<Value>(own[place_of(r.reduced, i)]));
    }
  }
  Value* mine = held + column * lanes + lane;
  *mine = value;
  for (int half = lanes / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) *mine = Operation::merge(*mine, mine[half]);
  }
  if (lane == 0 && output < r.outputs) write(static_cast<long long>(blockIdx.y) * r.outputs + output, *mine);
}

/** Integers are unsigned: overflow wraps around, as storing in an Int32Array makes it. */
template <class Value_>
struct SumOf {
  using Value = Value_;
  static __device__ __forceinline__ Value start() { return 0; }
  static __device__ __forceinline__ Value merge(Value a, Value b) { return a + b; }
};

/** JavaScript multiplies integers as doubles. */
template <class Value_>
struct ProductOf {
  using Value = Value_;
  static __device__ __forceinline__ Value start() { return 1; }
  static __device__ __forceinline__ Value merge(Value a, Value b) { return a * b; }
};

/** NaN where one element is. */
struct FloatLargest {
  using Value = float;
  static __device__ __forceinline__ float start() { return __int_as_float(0xff800000); }
  static __device__ __forceinline__ float merge(float a, float b) { return is_nan(a) || !(b > a || is_nan(b)) ? a : b; }
};

struct FloatLeast {
  using Value = float;
  static __device__ __forceinline__ float start() { return __int_as_float(0x7f800000); }
  static __device__ __forceinline__ float merge(float a, float b) { return is_nan(a) || !(b < a || is_nan(b)) ? a : b; }
};

struct IntLargest {
  using Value = int;
  static __device__ __forceinline__ int start() { return -2147483647 - 1; }
  static __device__ __forceinline__ int merge(int a, int b) { return b > a ? b : a; }
};

struct IntLeast {
  using Value = int;
  static __device__ __forceinline__ int start() { return 2147483647; }
  static __device__ __forceinline__ int merge(int a, int b) { return b < a ? b : a; }
};

struct AnyTrue {
  using Value = unsigned char;
  static __device__ __forceinline__ unsigned char start() { return 0; }
  static __device__ __forceinline__ unsigned char merge(unsigned char a, unsigned char b) { return a | b; }
};

struct AllTrue {
  using Value = unsigned char;
  static __device__ __forceinline__ unsigned char start() { return 1; }
  static __device__ __forceinline__ unsigned char merge(unsigned char a, unsigned char b) { return a & b; }
};

using Value = OPERATION::Value;

/** What all elements came to, as the result has it; `count` elements there were. */
__device__ __forceinline__ TO finished(Value value, int count) { return FINISHED; }

/** The whole of a reduction. */
extern "C" __global__ void __launch_bounds__(kThreads) reduce(const FROM* from, TO* to, Reduction r, int count) {
  __shared__ Value held[kThreads];
  reduce_part<OPERATION>(from, r, held, [=](long long at, Value value) { to[at] = finished(value, count); });
}

/** Its first step where an output belongs to several blocks. */
extern "C" __global__ void __launch_bounds__(kThreads) reduce_to_parts(const FROM* from, Value* to, Reduction r) {
  __shared__ Value held[kThreads];
  reduce_part<OPERATION>(from, r, held, [=](long long at, Value value) { to[at] = value; });
}

/** Its second. */
extern "C" __global__ void __launch_bounds__(kThreads) merge_parts(const Value* from, TO* to, Reduction r, int count) {
  __shared__ Value held[kThreads];
  reduce_part<OPERATION>(from, r, held, [=](long long at, Value value) { to[at] = finished(value, count); });
}
