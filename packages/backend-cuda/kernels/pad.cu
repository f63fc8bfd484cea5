// Tensors with a border: of one value, or of their own elements mirrored.

constexpr int kMaxAxes = 6;
constexpr int kConstant = 0;
constexpr int kReflect = 1;

struct Border {
  int rank;
  /** kConstant, kReflect, or 2 for a mirror that has the edge twice. */
  int mode;
  /** Extents with the border, and without. */
  int padded[kMaxAxes];
  int extents[kMaxAxes];
  int before[kMaxAxes];
};

template <class Element>
__device__ __forceinline__ void pad_elements(const Element* from, Element* to, int count, const Border& border,
                                             Element value) {
  const int index = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (index >= count) return;
  int rest = index;
  long long place = 0;
  long long stride = 1;
  bool is_inside = true;
  for (int axis = border.rank - 1; axis >= 0; axis--) {
    const int outer = rest / border.padded[axis];
    const int extent = border.extents[axis];
    int at = rest - outer * border.padded[axis] - border.before[axis];
    rest = outer;
    if (border.mode != kConstant) {
      const int edge = border.mode == kReflect ? 1 : 0;
      if (at < 0) at = -at - 1 + edge;
      else if (at >= extent) at = 2 * extent - 1 - edge - at;
    }
    is_inside = is_inside && at >= 0 && at < extent;
    place += at * stride;
    stride *= extent;
  }
  to[index] = is_inside ? from[place] : value;
}

extern "C" __global__ void pad_words(const unsigned* from, unsigned* to, int count, Border border, unsigned value) {
  pad_elements(from, to, count, border, value);
}

extern "C" __global__ void pad_bytes(const unsigned char* from, unsigned char* to, int count, Border border,
                                     unsigned value) {
  pad_elements(from, to, count, border, static_cast<unsigned char>(value));
}
