// Sums of several tensors of one shape, element by element, from the first to the last.
#include "elements.cuh"

constexpr int kMost = 16;

template <class Element>
struct Terms {
  int count;
  const Element* at[kMost];
};

/** Integers are unsigned, which may wrap around. */
template <class Element>
__device__ __forceinline__ void add_terms(const Terms<Element>& terms, Element* to, long long count) {
  const long long first = first_element();
  if (first >= count) return;
  Quad<Element> sums = load_quad(terms.at[0], first, count);
  for (int term = 1; term < terms.count; term++) {
    const Quad<Element> added = load_quad(terms.at[term], first, count);
    for (int i = 0; i < kElements; i++) sums.at[i] += added.at[i];
  }
  store_quad(to, first, count, sums);
}

extern "C" __global__ void add_n_float32(Terms<float> terms, float* to, long long count) { add_terms(terms, to, count); }

extern "C" __global__ void add_n_int32(Terms<unsigned> terms, unsigned* to, long long count) {
  add_terms(terms, to, count);
}
