#include "elements.cuh"
// Square matrices with a vector on their diagonal and zeros elsewhere.

template <class Element>
__device__ __forceinline__ void diagonal(const Element* from, Element* to, int count, int size) {
  const int at = own_element();
  if (at < count) to[at] = at / size == at % size ? from[at / size] : Element();
}

extern "C" __global__ void diagonal_words(const unsigned* from, unsigned* to, int count, int size) {
  diagonal(from, to, count, size);
}

extern "C" __global__ void diagonal_bytes(const unsigned char* from, unsigned char* to, int count, int size) {
  diagonal(from, to, count, size);
}
