// Convolutions that are computed from patches of their input in shared memory, in terms of offsets. Channels come first.

/** A convolution of two spatial axes; the gradient of an input is one too. */
struct DirectConvolution {
  int images;
  int groups;
  /** Channels of x and of y in one group. */
  int channels;
  int outputs;
  /** Extents along height and width. */
  int in[2];
  int out[2];
  int taps[2];
  int strides[2];
  /** Padding before the first element; negative where elements are left out. */
  int pads[2];
  int dilations[2];

  __device__ int x_channel() const { return in[0] * in[1]; }
  __device__ int y_channel() const { return out[0] * out[1]; }
  __device__ int x_image() const { return groups * channels * x_channel(); }
  __device__ int y_image() const { return groups * outputs * y_channel(); }
  __device__ int tap_count() const { return taps[0] * taps[1]; }
};

/** What a block does of it. */
struct DirectLaunch {
  /** Images, rows and columns of y that a block has, and how many such blocks there are. */
  int tile[3];
  int tiles[3];
  /** Blocks along the rows of the product. */
  int row_blocks;
  /** Channels of x that lie in shared memory at once. */
  int chunk;
  /** Rows and columns of x that a block's pixels see. */
  int patch[2];
  /** Floats from one channel to the next in shared memory. */
  int plane;
  float alpha;
};

/** The images, rows and columns of y that are a block's. */
struct DirectPlace {
  int row_block;
  int group;
  int first[3];

  template <class Launch>
  __device__ explicit DirectPlace(const Launch& launch) {
    int index = blockIdx.x;
    first[2] = index % launch.tiles[2] * launch.tile[2];
    index /= launch.tiles[2];
    first[1] = index % launch.tiles[1] * launch.tile[1];
    index /= launch.tiles[1];
    first[0] = index % launch.tiles[0] * launch.tile[0];
    index /= launch.tiles[0];
    row_block = index % launch.row_blocks;
    group = index / launch.row_blocks;
  }
};
