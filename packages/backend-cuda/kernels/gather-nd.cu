#include "elements.cuh"
// Slices by their places along several axes: gathered, added up, or put over others.

constexpr int kMostAxes = 8;

/** Places `[picks][axes]` in a tensor of slices of `inner` elements. */
struct Slices {
  int picks;
  int axes;
  int inner;
  /** Slices that there are. */
  int slices;
  /** Slices from one place along an axis to the next. */
  int strides[kMostAxes];

  /** The number of the slice at a place; -1 where there is none. */
  __device__ int at(const int* places, int pick) const {
    long long number = 0;
    for (int axis = 0; axis < axes; axis++) {
      number += static_cast<long long>(places[static_cast<long long>(pick) * axes + axis]) * strides[axis];
    }
    return number >= 0 && number < slices ? static_cast<int>(number) : -1;
  }
};

/** A slice that is not there is 0, as no kernel can throw. */
template <class Element>
__device__ inline void gather_nd(const Element* from, const int* places, Element* to, int count, const Slices& s) {
  const int at = own_element();
  if (at >= count) return;
  const int slice = s.at(places, at / s.inner);
  to[at] = slice < 0 ? Element() : from[static_cast<long long>(slice) * s.inner + at % s.inner];
}

extern "C" __global__ void gather_nd_words(const unsigned* from, const int* places, unsigned* to, int count, Slices s) {
  gather_nd(from, places, to, count, s);
}

extern "C" __global__ void gather_nd_bytes(const unsigned char* from, const int* places, unsigned char* to, int count,
                                           Slices s) {
  gather_nd(from, places, to, count, s);
}

/** Sums of the updates of each slice, in their order; what is of no slice is left out. */
template <class Element, class Sum>
__device__ inline void scatter_nd(const Element* updates, const int* places, Element* to, int count, const Slices& s) {
  const int at = own_element();
  if (at >= count) return;
  Sum sum = 0;
  for (int pick = 0; pick < s.picks; pick++) {
    if (s.at(places, pick) == at / s.inner) {
      sum += static_cast<Sum>(updates[static_cast<long long>(pick) * s.inner + at % s.inner]);
    }
  }
  to[at] = static_cast<Element>(sum);
}

extern "C" __global__ void scatter_nd_float32(const float* updates, const int* places, float* to, int count, Slices s) {
  scatter_nd<float, float>(updates, places, to, count, s);
}

extern "C" __global__ void scatter_nd_int32(const int* updates, const int* places, int* to, int count, Slices s) {
  scatter_nd<int, unsigned>(updates, places, to, count, s);
}

/** The last update of each slice, or what is there. @param step from one update to the next, 0 where one serves all. */
template <class Element>
__device__ inline void update_nd(const Element* from, const Element* updates, const int* places, Element* to, int count,
                                 int step, const Slices& s) {
  const int at = own_element();
  if (at >= count) return;
  Element value = from[at];
  for (int pick = s.picks - 1; pick >= 0; pick--) {
    if (s.at(places, pick) != at / s.inner) continue;
    value = step == 0 ? updates[0] : updates[static_cast<long long>(pick) * s.inner + at % s.inner];
    break;
  }
  to[at] = value;
}

extern "C" __global__ void update_nd_words(const unsigned* from, const unsigned* updates, const int* places, unsigned* to,
                                           int count, int step, Slices s) {
  update_nd(from, updates, places, to, count, step, s);
}

extern "C" __global__ void update_nd_bytes(const unsigned char* from, const unsigned char* updates, const int* places,
                                           unsigned char* to, int count, int step, Slices s) {
  update_nd(from, updates, places, to, count, step, s);
}
