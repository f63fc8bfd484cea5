#include "elements.cuh"
#include "pixel.cuh"
// Boxes of images, each in the size of all crops. Places are worked out in float64, as tfjs's JavaScript does, and nothing
// is fused: the same pixels meet on every device.

struct Crop {
  int channels;
  int images;
  /** Rows and columns of the images, and of the crops. */
  int from[2];
  int to[2];
  /** What stands where a box goes beyond its image. */
  float outside;

  /** Where a row or column of a crop lies in the image, whose first and last are at 0 and 1 of the box's coordinates. */
  __device__ double place(int axis, int at, float begin, float end) const {
    const double low = begin;
    const double high = end;
    const double last = from[axis] - 1;
    if (to[axis] == 1) return __dmul_rn(__dmul_rn(0.5, __dadd_rn(low, high)), last);
    const double scale = __dmul_rn(high - low, last) / (to[axis] - 1);
    return __dadd_rn(__dmul_rn(low, last), __dmul_rn(at, scale));
  }

  __device__ bool has(int axis, double place) const { return place >= 0 && place <= from[axis] - 1; }
};

/** @param boxes `[crop][top, left, bottom, right]`. @param image_of `[crop]`. */
template <bool kNearest>
__device__ __forceinline__ void crop(const float* x, const float* boxes, const int* image_of, float* y, int count,
                                     const Crop& c) {
  const int at = own_element();
  if (at >= count) return;
  const Pixel pixel(at, c.channels, c.to);
  const int image = image_of[pixel.image];
  // tfjs leaves zeros where there is no such image.
  if (image < 0 || image >= c.images) {
    y[at] = 0.0f;
    return;
  }
  const float* box = boxes + 4ll * pixel.image;
  const double row = c.place(0, pixel.row, box[0], box[2]);
  const double column = c.place(1, pixel.column, box[1], box[3]);
  if (!c.has(0, row) || !c.has(1, column)) {
    y[at] = c.outside;
    return;
  }
  const auto value = [&](double of_row, double of_column) {
    return x[place_of(image, static_cast<int>(of_row), static_cast<int>(of_column), pixel.channel, c.channels, c.from)];
  };
  const double of_row = row - floor(row);
  const double of_column = column - floor(column);
  if (kNearest) {
    // A half goes up.
    y[at] = value(of_row < 0.5 ? floor(row) : ceil(row), of_column < 0.5 ? floor(column) : ceil(column));
    return;
  }
  const auto along = [&](double some_row) {
    return between(value(some_row, floor(column)), value(some_row, ceil(column)), of_column);
  };
  y[at] = static_cast<float>(between(along(floor(row)), along(ceil(row)), of_row));
}

extern "C" __global__ void crop_bilinear(const float* x, const float* boxes, const int* image_of, float* y, int count,
                                         Crop c) {
  crop<false>(x, boxes, image_of, y, count, c);
}

extern "C" __global__ void crop_nearest(const float* x, const float* boxes, const int* image_of, float* y, int count,
                                        Crop c) {
  crop<true>(x, boxes, image_of, y, count, c);
}
