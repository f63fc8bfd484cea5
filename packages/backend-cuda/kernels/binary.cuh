// Entry points for a function of two elements: `flat`, where either operand is as large as the result or a single element,
// and `spread`, where operands repeat along axes.
#include "elements.cuh"

constexpr int kMaxRank = 6;

/** Where the elements of the operands lie. Neighbouring axes that both operands go through alike are one. */
struct Axes {
  int rank;
  int extents[kMaxRank];
  /** From one place of each axis to the next: 0 to repeat. */
  int a_strides[kMaxRank];
  int b_strides[kMaxRank];
};

template <class Element>
__device__ __forceinline__ Quad<Element> load_operand(const Element* from, long long first, long long count,
                                                      int is_single) {
  if (!is_single) return load_quad(from, first, count);
  Quad<Element> quad;
  for (int i = 0; i < kElements; i++) quad.at[i] = from[0];
  return quad;
}

#define BINARY(name, From, To, expression)                                                                      \
  extern "C" __global__ void flat_##name(const From* left, const From* right, To* to, long long count,          \
                                         int left_is_single, int right_is_single) {                             \
    const long long first = first_element();                                                                    \
    if (first >= count) return;                                                                                 \
    const Quad<From> lefts = load_operand(left, first, count, left_is_single);                                  \
    const Quad<From> rights = load_operand(right, first, count, right_is_single);                               \
    Quad<To> results;                                                                                           \
    for (int i = 0; i < kElements; i++) {                                                                       \
      const From a = lefts.at[i];                                                                               \
      const From b = rights.at[i];                                                                              \
      results.at[i] = expression;                                                                               \
    }                                                                                                           \
    store_quad(to, first, count, results);                                                                      \
  }                                                                                                             \
  extern "C" __global__ void spread_##name(const From* left, const From* right, To* to, int count, Axes axes) { \
    const unsigned place = blockIdx.x * blockDim.x + threadIdx.x;                                               \
    if (place >= static_cast<unsigned>(count)) return;                                                          \
    unsigned rest = place;                                                                                      \
    long long left_at = 0;                                                                                      \
    long long right_at = 0;                                                                                     \
    for (int axis = axes.rank - 1; axis >= 0; axis--) {                                                         \
      const unsigned extent = axes.extents[axis];                                                               \
      const unsigned index = rest % extent;                                                                     \
      rest /= extent;                                                                                           \
      left_at += static_cast<long long>(index) * axes.a_strides[axis];                                          \
      right_at += static_cast<long long>(index) * axes.b_strides[axis];                                         \
    }                                                                                                           \
    const From a = left[left_at];                                                                               \
    const From b = right[right_at];                                                                             \
    to[place] = expression;                                                                                     \
  }

#define FLOAT(name, expression) BINARY(name##_float32, float, float, expression)
#define INT(name, expression) BINARY(name##_int32, int, int, expression)
