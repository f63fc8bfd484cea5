#include "elements.cuh"
#include "pixel.cuh"
// Images in other sizes, `[image][row][column][channel]`, and what their gradients give the images that they came from.
// Places are worked out in float64, as tfjs's JavaScript does, and nothing is fused: the same pixels meet on every
// device.

struct Resize {
  int channels;
  /** Rows and columns of the image, and of the one that it becomes. */
  int from[2];
  int to[2];
  /** What of them is stretched: one less where corners lie on corners. */
  int from_span[2];
  int to_span[2];
  int aligns_corners;
  int has_half_pixels;

  __device__ double scale(int axis) const { return static_cast<double>(from_span[axis]) / to_span[axis]; }

  /** Where a row or column of the new image lies in the old one. */
  __device__ double place(int axis, int at) const {
    return has_half_pixels ? __dmul_rn(scale(axis), at + 0.5) : __dmul_rn(scale(axis), at);
  }

  __device__ int nearest(int axis, int at) const {
    const double exact = place(axis, at);
    const double below = floor(exact);
    const int number = static_cast<int>(below) + (aligns_corners && exact - below >= 0.5 ? 1 : 0);
    return number < from[axis] ? number : from[axis] - 1;
  }
};

/** The rows or columns between which a place lies, and how far behind the first. */
struct Between {
  int first;
  int second;
  double fraction;

  __device__ Between(const Resize& r, int axis, int at) {
    const double exact = __dadd_rn(r.place(axis, at), r.has_half_pixels ? -0.5 : 0.0);
    const int below = static_cast<int>(floor(exact));
    const int above = static_cast<int>(ceil(exact));
    first = below > 0 ? below : 0;
    second = above < r.from[axis] ? above : r.from[axis] - 1;
    fraction = exact - first;
  }
};

/** Rows or columns of the new image whose places may be next to one of the old image: all that are, and a few more. */
struct Candidates {
  int first;
  int end;

  __device__ Candidates(const Resize& r, int axis, int of_old) {
    const double scale = r.scale(axis);
    if (scale <= 0) {
      first = 0;
      end = r.to[axis];
      return;
    }
    const double low = floor((of_old - 2) / scale) - 1;
    const double high = ceil((of_old + 2) / scale) + 1;
    first = low > 0 ? static_cast<int>(low) : 0;
    end = high < r.to[axis] ? static_cast<int>(high) : r.to[axis];
  }
};

extern "C" __global__ void resize_bilinear(const float* x, float* y, int count, Resize r) {
  const int at = own_element();
  if (at >= count) return;
  const Pixel pixel(at, r.channels, r.to);
  const Between rows(r, 0, pixel.row);
  const Between columns(r, 1, pixel.column);
  const auto value = [&](int row, int column) {
    return static_cast<double>(x[place_of(pixel.image, row, column, pixel.channel, r.channels, r.from)]);
  };
  const double top = between(value(rows.first, columns.first), value(rows.first, columns.second), columns.fraction);
  const double bottom = between(value(rows.second, columns.first), value(rows.second, columns.second), columns.fraction);
  y[at] = static_cast<float>(between(top, bottom, rows.fraction));
}

/** Every element of the old image adds what came of it, in the order of the new one. */
extern "C" __global__ void resize_bilinear_gradient(const float* dy, float* dx, int count, Resize r) {
  const int at = own_element();
  if (at >= count) return;
  const Pixel pixel(at, r.channels, r.from);
  const Candidates rows(r, 0, pixel.row);
  const Candidates columns(r, 1, pixel.column);
  float sum = 0.0f;
  for (int row = rows.first; row < rows.end; row++) {
    const Between of_row(r, 0, row);
    if (of_row.first != pixel.row && of_row.second != pixel.row) continue;
    for (int column = columns.first; column < columns.end; column++) {
      const Between of_column(r, 1, column);
      const double value = dy[place_of(pixel.image, row, column, pixel.channel, r.channels, r.to)];
#pragma unroll
      for (int corner = 0; corner < 4; corner++) {
        const bool is_second_row = corner / 2 == 1;
        const bool is_second_column = corner % 2 == 1;
        if ((is_second_row ? of_row.second : of_row.first) != pixel.row) continue;
        if ((is_second_column ? of_column.second : of_column.first) != pixel.column) continue;
        const double share = __dmul_rn(is_second_row ? of_row.fraction : 1.0 - of_row.fraction,
                                       is_second_column ? of_column.fraction : 1.0 - of_column.fraction);
        sum = static_cast<float>(__dadd_rn(sum, __dmul_rn(value, share)));
      }
    }
  }
  dx[at] = sum;
}

extern "C" __global__ void resize_nearest(const unsigned* x, unsigned* y, int count, Resize r) {
  const int at = own_element();
  if (at >= count) return;
  const Pixel pixel(at, r.channels, r.to);
  y[at] = x[place_of(pixel.image, r.nearest(0, pixel.row), r.nearest(1, pixel.column), pixel.channel, r.channels, r.from)];
}

extern "C" __global__ void resize_nearest_gradient(const float* dy, float* dx, int count, Resize r) {
  const int at = own_element();
  if (at >= count) return;
  const Pixel pixel(at, r.channels, r.from);
  const Candidates rows(r, 0, pixel.row);
  const Candidates columns(r, 1, pixel.column);
  double sum = 0.0;
  for (int row = rows.first; row < rows.end; row++) {
    if (r.nearest(0, row) != pixel.row) continue;
    for (int column = columns.first; column < columns.end; column++) {
      if (r.nearest(1, column) != pixel.column) continue;
      sum += dy[place_of(pixel.image, row, column, pixel.channel, r.channels, r.to)];
    }
  }
  dx[at] = static_cast<float>(sum);
}
