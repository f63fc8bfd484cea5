// Functions of more than two tensors of one shape, element by element.
#include "elements.cuh"

/** `condition ? t : e`; elements of four bytes, whatever they mean. */
extern "C" __global__ void select_words(const unsigned char* condition, const unsigned* t, const unsigned* e, unsigned* to,
                                        long long count) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<unsigned char> conditions = load_quad(condition, first, count);
  const Quad<unsigned> ts = load_quad(t, first, count);
  const Quad<unsigned> es = load_quad(e, first, count);
  Quad<unsigned> results;
  for (int i = 0; i < kElements; i++) results.at[i] = conditions.at[i] != 0 ? ts.at[i] : es.at[i];
  store_quad(to, first, count, results);
}

extern "C" __global__ void select_bytes(const unsigned char* condition, const unsigned char* t, const unsigned char* e,
                                        unsigned char* to, long long count) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<unsigned char> conditions = load_quad(condition, first, count);
  const Quad<unsigned char> ts = load_quad(t, first, count);
  const Quad<unsigned char> es = load_quad(e, first, count);
  Quad<unsigned char> results;
  for (int i = 0; i < kElements; i++) results.at[i] = conditions.at[i] != 0 ? ts.at[i] : es.at[i];
  store_quad(to, first, count, results);
}
