#include "elements.cuh"
// What goes by numbers of slices: gather, sums of segments, one-hot vectors.

/** `[batch, outer, length, inner]` by indices `[batch, picks]` to `[batch, outer, picks, inner]`. */
struct Gather {
  int outer;
  int length;
  int picks;
  int inner;
};

/** A slice that is not there is 0, as no kernel can throw. */
template <class Element>
__device__ __forceinline__ void gather(const Element* from, const int* indices, Element* to, int count, const Gather& g) {
  const int at = own_element();
  if (at >= count) return;
  const int column = at % g.inner;
  const int row = at / g.inner;
  const int pick = row % g.picks;
  const int above = row / g.picks;
  const int index = indices[above / g.outer * g.picks + pick];
  const bool is_inside = index >= 0 && index < g.length;
  to[at] = is_inside ? from[(static_cast<long long>(above) * g.length + index) * g.inner + column] : Element();
}

extern "C" __global__ void gather_words(const unsigned* from, const int* indices, unsigned* to, int count, Gather g) {
  gather(from, indices, to, count, g);
}

extern "C" __global__ void gather_bytes(const unsigned char* from, const int* indices, unsigned char* to, int count,
                                        Gather g) {
  gather(from, indices, to, count, g);
}

/** Sums of the rows of each segment, in their order; ids of no segment are left out. */
template <class Element, class Sum>
__device__ __forceinline__ void segment_sum(const Element* from, const int* ids, Element* to, int count, int rows,
                                            int width) {
  const int at = own_element();
  if (at >= count) return;
  const int segment = at / width;
  const int column = at - segment * width;
  Sum sum = 0;
  for (int row = 0; row < rows; row++) {
    if (ids[row] == segment) sum += static_cast<Sum>(from[static_cast<long long>(row) * width + column]);
  }
  to[at] = static_cast<Element>(sum);
}

extern "C" __global__ void segment_sum_float32(const float* from, const int* ids, float* to, int count, int rows,
                                               int width) {
  segment_sum<float, float>(from, ids, to, count, rows, width);
}

extern "C" __global__ void segment_sum_int32(const int* from, const int* ids, int* to, int count, int rows, int width) {
  segment_sum<int, unsigned>(from, ids, to, count, rows, width);
}

/** `on` and `off` are elements' bits. */
extern "C" __global__ void one_hot_words(const int* indices, unsigned* to, int count, int depth, unsigned on,
                                         unsigned off) {
  const int at = own_element();
  if (at < count) to[at] = indices[at / depth] == at % depth ? on : off;
}

extern "C" __global__ void one_hot_bytes(const int* indices, unsigned char* to, int count, int depth, unsigned on,
                                         unsigned off) {
  const int at = own_element();
  if (at < count) to[at] = static_cast<unsigned char>(indices[at / depth] == at % depth ? on : off);
}
