// Resizing of images whose channels lie together, with the rules of TensorFlow.js.
#include <cmath>

#include "buffer-pool.h"
#include "parallel.h"
#include "spatial-simd.h"
#include "status.h"
#include "window.h"

namespace camada {
namespace {

constexpr int64_t kChunkElements = 32768;
/** Channels of a chunk of work on gradients. */
constexpr int64_t kChannelBlock = 4 * kLanes;

/** The two elements of an axis that an output lies between, and how far it is from the first. */
struct Between {
  int64_t low;
  int64_t high;
  float fraction;
};

struct Resize {
  int64_t n;
  int64_t h_in;
  int64_t w_in;
  int64_t channels;
  int64_t h_out;
  int64_t w_out;
  bool aligns_corners;
  bool has_half_pixels;

  int64_t in_size() const { return h_in * w_in * channels; }
  int64_t out_size() const { return h_out * w_out * channels; }

  double scale(int64_t in, int64_t out) const {
    const bool aligned = aligns_corners && out > 1;
    return static_cast<double>(aligned ? in - 1 : in) / static_cast<double>(aligned ? out - 1 : out);
  }

  Between linear(int64_t in, int64_t out, int64_t index) const {
    const auto position = static_cast<double>(index);
    const double at = has_half_pixels ? scale(in, out) * (position + 0.5) - 0.5 : scale(in, out) * position;
    const double low = at > 0 ? std::floor(at) : 0;
    const auto high = static_cast<int64_t>(std::ceil(at));
    return {static_cast<int64_t>(low), high < in - 1 ? high : in - 1, static_cast<float>(at - low)};
  }

  Between nearest(int64_t in, int64_t out, int64_t index) const {
    const auto position = static_cast<double>(index);
    const double at = scale(in, out) * (has_half_pixels ? position + 0.5 : position);
    const auto place = static_cast<int64_t>(std::floor(aligns_corners ? at + 0.5 : at));
    const int64_t inside = place < in - 1 ? place : in - 1;
    return {inside, inside, 0};
  }
};

bool read_resize(const double* fields, Resize& to) {
  const auto field = [fields](int index) { return static_cast<int64_t>(fields[index]); };
  to = {field(0), field(1), field(2), field(3), field(4), field(5), fields[6] != 0, fields[7] != 0};
  return to.n >= 0 && to.h_in >= 0 && to.w_in >= 0 && to.channels >= 0 && to.h_out >= 0 && to.w_out >= 0;
}

/** Where all rows, then all columns, of the output lie. */
using Axis = Between (Resize::*)(int64_t in, int64_t out, int64_t index) const;

void fill_places(const Resize& resize, Axis axis, Between* places) {
  for (int64_t i = 0; i < resize.h_out; i++) places[i] = (resize.*axis)(resize.h_in, resize.h_out, i);
  for (int64_t i = 0; i < resize.w_out; i++) places[resize.h_out + i] = (resize.*axis)(resize.w_in, resize.w_out, i);
}

int32_t forward(const double* fields, Axis axis, const float* x, float* y) {
  Resize resize;
  if (!read_resize(fields, resize)) return kInvalid;
  if (resize.n == 0 || resize.out_size() == 0) return kOk;
  if (resize.in_size() == 0) return kInvalid;
  const Scratch<Between> places(resize.h_out + resize.w_out);
  if (places.get() == nullptr) return kOutOfMemory;
  fill_places(resize, axis, places.get());
  const bool is_linear = axis == &Resize::linear;
  const int64_t channels = resize.channels;
  const int64_t grain = kChunkElements / (resize.w_out * channels) + 1;
  parallel_ranges(resize.n * resize.h_out, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t item = begin; item < end; item++) {
      const int64_t image = item / resize.h_out;
      const Between& row = places.get()[item - image * resize.h_out];
      const float* top = x + image * resize.in_size() + row.low * resize.w_in * channels;
      const float* bottom = x + image * resize.in_size() + row.high * resize.w_in * channels;
      float* to = y + item * resize.w_out * channels;
      for (int64_t i = 0; i < resize.w_out; i++, to += channels) {
        const Between& column = places.get()[resize.h_out + i];
        const int64_t left = column.low * channels;
        const int64_t right = column.high * channels;
        if (!is_linear) {
          copy_floats(to, top + left, channels);
          continue;
        }
        for (int64_t c = 0; c < channels; c += kLanes) {
          const LaneSpan lanes(0, channels - c);
          const auto between = [&](const float* from) {
            const Floats first = load_span(from + left + c, lanes);
            return fma(load_span(from + right + c, lanes) - first, splat(column.fraction), first);
          };
          const Floats upper = between(top);
          store_span(to + c, fma(between(bottom) - upper, splat(row.fraction), upper), lanes);
        }
      }
    }
  });
  return kOk;
}

/** Adds every `dy` to the elements that it was made of, in the order of outputs. */
int32_t backward(const double* fields, Axis axis, const float* dy, float* dx) {
  Resize resize;
  if (!read_resize(fields, resize)) return kInvalid;
  if (resize.n == 0 || resize.in_size() == 0) return kOk;
  const Scratch<Between> places(resize.h_out + resize.w_out);
  if (places.get() == nullptr) return kOutOfMemory;
  fill_places(resize, axis, places.get());
  const bool is_linear = axis == &Resize::linear;
  const int64_t channels = resize.channels;
  const int64_t blocks = divide_up(channels, kChannelBlock);
  parallel_for(resize.n * blocks, [&](int64_t item, int32_t) {
    const int64_t image = item / blocks;
    const int64_t first = (item - image * blocks) * kChannelBlock;
    const int64_t size = channels - first < kChannelBlock ? channels - first : kChannelBlock;
    float* own = dx + image * resize.in_size() + first;
    const float* from = dy + image * resize.out_size() + first;
    for (int64_t i = 0; i < resize.h_in * resize.w_in; i++) fill_floats(own + i * channels, 0, size);
    for (int64_t r = 0; r < resize.h_out; r++) {
      const Between& row = places.get()[r];
      for (int64_t i = 0; i < resize.w_out; i++, from += channels) {
        const Between& column = places.get()[resize.h_out + i];
        const auto add = [&](int64_t to_row, int64_t to_column, float weight) {
          float* to = own + (to_row * resize.w_in + to_column) * channels;
          for (int64_t c = 0; c < size; c += kLanes) {
            const LaneSpan lanes(0, size - c);
            store_span(to + c, fma(load_span(from + c, lanes), splat(weight), load_span(to + c, lanes)), lanes);
          }
        };
        if (!is_linear) {
          add(row.low, column.low, 1);
          continue;
        }
        add(row.low, column.low, (1 - row.fraction) * (1 - column.fraction));
        add(row.low, column.high, (1 - row.fraction) * column.fraction);
        add(row.high, column.low, row.fraction * (1 - column.fraction));
        add(row.high, column.high, row.fraction * column.fraction);
      }
    }
  });
  return kOk;
}

}  // namespace
}  // namespace camada

/**
 * `x [n, hIn, wIn, c]` brought to `y [n, hOut, wOut, c]`. `fields`: n, hIn, wIn, c, hOut, wOut, whether the corners of
 * both are at the same places, whether an element stands at its middle.
 */
CAMADA_EXPORT int32_t camada_resize_bilinear(const double* fields, const float* x, float* y) {
  return camada::forward(fields, &camada::Resize::linear, x, y);
}

/** The gradient of `camada_resize_bilinear`'s input; `dy [n, hOut, wOut, c]`, `dx [n, hIn, wIn, c]`. */
CAMADA_EXPORT int32_t camada_resize_bilinear_gradient(const double* fields, const float* dy, float* dx) {
  return camada::backward(fields, &camada::Resize::linear, dy, dx);
}

/** The same as `camada_resize_bilinear` with the nearest element's value. */
CAMADA_EXPORT int32_t camada_resize_nearest(const double* fields, const float* x, float* y) {
  return camada::forward(fields, &camada::Resize::nearest, x, y);
}

/** The gradient of `camada_resize_nearest`'s input. */
CAMADA_EXPORT int32_t camada_resize_nearest_gradient(const double* fields, const float* dy, float* dx) {
  return camada::backward(fields, &camada::Resize::nearest, dy, dx);
}
