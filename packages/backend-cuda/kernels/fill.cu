// Tensors of one value.
#include "elements.cuh"

/** Elements of four bytes, given by their bits. */
extern "C" __global__ void fill_words(unsigned* to, long long count, unsigned bits) {
  const long long first = first_element();
  if (first >= count) return;
  store_quad(to, first, count, Quad<unsigned>{{bits, bits, bits, bits}});
}
