// Elements of batches of images, `[image][row][column][channel]`.

/** An element of a batch of images. */
struct Pixel {
  int channel;
  int column;
  int row;
  int image;

  __device__ Pixel(int at, int channels, const int (&extents)[2]) {
    channel = at % channels;
    at /= channels;
    column = at % extents[1];
    at /= extents[1];
    row = at % extents[0];
    image = at / extents[0];
  }
};

__device__ inline long long place_of(int image, int row, int column, int channel, int channels, const int (&extents)[2]) {
  return ((static_cast<long long>(image) * extents[0] + row) * extents[1] + column) * channels + channel;
}

/** What lies between two values: the first at 0, the second at 1. Nothing is fused, so that all devices agree. */
__device__ __forceinline__ double between(double first, double second, double fraction) {
  return __dadd_rn(first, __dmul_rn(second - first, fraction));
}
