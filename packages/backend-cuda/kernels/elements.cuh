// How element-wise kernels go through their tensors: each thread takes kElements neighbours, with one wide load where the
// element type allows it. Tensors begin at addresses that are multiples of 16.

constexpr int kElements = 4;

/** The element of a thread that has one; `count` or more where none is left. */
__device__ __forceinline__ int own_element() { return static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x; }

template <class Element>
struct Quad {
  Element at[kElements];
} __attribute__((aligned(sizeof(Element) * kElements)));

/** The first element of this thread; `count` or more where none is left. */
__device__ __forceinline__ long long first_element() {
  return (static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x) * kElements;
}

/** Up to kElements elements from `first` on; what lies behind the last is arbitrary. */
template <class Element>
__device__ __forceinline__ Quad<Element> load_quad(const Element* from, long long first, long long count) {
  if (first + kElements <= count) return *reinterpret_cast<const Quad<Element>*>(from + first);
  Quad<Element> quad;
  for (int i = 0; i < kElements; i++) quad.at[i] = first + i < count ? from[first + i] : Element();
  return quad;
}

template <class Element>
__device__ __forceinline__ void store_quad(Element* to, long long first, long long count, const Quad<Element>& quad) {
  if (first + kElements <= count) {
    *reinterpret_cast<Quad<Element>*>(to + first) = quad;
    return;
  }
  for (int i = 0; i < kElements; i++) {
    if (first + i < count) to[first + i] = quad.at[i];
  }
}
