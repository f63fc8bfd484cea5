// Elements copied from one strided place to another: transposes, slices, concatenations, tiles. Elements of four bytes or of
// one, whatever they mean.

constexpr int kMaxAxes = 12;
constexpr int kTile = 32;
constexpr int kTileRows = 8;

/** Axes that are gone through, row-major, with the steps on either side. */
struct Axes {
  int rank;
  int extents[kMaxAxes];
  int from_strides[kMaxAxes];
  int to_strides[kMaxAxes];
};

template <class Element>
__device__ __forceinline__ void copy_elements(const Element* from, Element* to, int count, const Axes& axes) {
  const int index = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (index >= count) return;
  int rest = index;
  long long from_at = 0;
  long long to_at = 0;
  for (int axis = axes.rank - 1; axis >= 0; axis--) {
    const int extent = axes.extents[axis];
    const int outer = rest / extent;
    const int at = rest - outer * extent;
    rest = outer;
    from_at += static_cast<long long>(at) * axes.from_strides[axis];
    to_at += static_cast<long long>(at) * axes.to_strides[axis];
  }
  to[to_at] = from[from_at];
}

extern "C" __global__ void copy_words(const unsigned* from, unsigned* to, int count, Axes axes) {
  copy_elements(from, to, count, axes);
}

extern "C" __global__ void copy_bytes(const unsigned char* from, unsigned char* to, int count, Axes axes) {
  copy_elements(from, to, count, axes);
}

/** Where a tile's corner lies: the axes but the last two, one place for each block along y. */
struct Corner {
  long long from;
  long long to;
};

__device__ __forceinline__ Corner corner_of(const Axes& axes, int index) {
  Corner corner{0, 0};
  for (int axis = axes.rank - 3; axis >= 0; axis--) {
    const int extent = axes.extents[axis];
    const int outer = index / extent;
    const int at = index - outer * extent;
    index = outer;
    corner.from += static_cast<long long>(at) * axes.from_strides[axis];
    corner.to += static_cast<long long>(at) * axes.to_strides[axis];
  }
  return corner;
}

/**
 * The last but one axis is contiguous where elements come from, the last one where they go to. Through a tile of shared
 * memory neighbouring threads read neighbours and write neighbours. Blocks along x go through the tiles of a matrix.
 */
template <class Element>
__device__ __forceinline__ void transpose_tiles(const Element* from, Element* to, const Axes& axes, int matrices,
                                                Element (*tile)[kTile + 1]) {
  const int rows = axes.extents[axes.rank - 2];
  const int columns = axes.extents[axes.rank - 1];
  const long long from_stride = axes.from_strides[axes.rank - 1];
  const long long to_stride = axes.to_strides[axes.rank - 2];
  const int tiles_across = (columns + kTile - 1) / kTile;
  const int row = static_cast<int>(blockIdx.x) / tiles_across * kTile;
  const int column = static_cast<int>(blockIdx.x) % tiles_across * kTile;
  for (int matrix = blockIdx.y; matrix < matrices; matrix += gridDim.y) {
    const Corner corner = corner_of(axes, matrix);
    for (int i = threadIdx.y; i < kTile; i += kTileRows) {
      const int r = row + static_cast<int>(threadIdx.x);
      const int c = column + i;
      if (r < rows && c < columns) tile[i][threadIdx.x] = from[corner.from + c * from_stride + r];
    }
    __syncthreads();
    for (int i = threadIdx.y; i < kTile; i += kTileRows) {
      const int r = row + i;
      const int c = column + static_cast<int>(threadIdx.x);
      if (r < rows && c < columns) to[corner.to + r * to_stride + c] = tile[threadIdx.x][i];
    }
    __syncthreads();
  }
}

extern "C" __global__ void __launch_bounds__(kTile* kTileRows)
    transpose_words(const unsigned* from, unsigned* to, int matrices, Axes axes) {
  __shared__ unsigned tile[kTile][kTile + 1];
  transpose_tiles(from, to, axes, matrices, tile);
}

extern "C" __global__ void __launch_bounds__(kTile* kTileRows)
    transpose_bytes(const unsigned char* from, unsigned char* to, int matrices, Axes axes) {
  __shared__ unsigned char tile[kTile][kTile + 1];
  transpose_tiles(from, to, axes, matrices, tile);
}
