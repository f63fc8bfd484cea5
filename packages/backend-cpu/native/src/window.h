// A window that slides over one, two or three spatial axes: the geometry that convolutions and pooling share.
#pragma once
#include <cstdint>

namespace camada {

/** One spatial axis. */
struct WindowAxis {
  int64_t in;
  int64_t out;
  int64_t kernel;
  int64_t stride;
  /** Elements before the first; negative where the first elements are never read. */
  int64_t pad;
  int64_t dilation;

  /** Where tap `tap` of output `index` reads; outside `[0, in)` it is padding. */
  int64_t place(int64_t index, int64_t tap) const { return index * stride - pad + tap * dilation; }
  /** Elements from the first to the last tap, without the first. */
  int64_t reach() const { return (kernel - 1) * dilation; }
};

struct Window {
  WindowAxis d;
  WindowAxis h;
  WindowAxis w;

  int64_t in_size() const { return d.in * h.in * w.in; }
  int64_t out_size() const { return d.out * h.out * w.out; }
  int64_t taps() const { return d.kernel * h.kernel * w.kernel; }
  /** Whether every extent is one that a kernel can work with: sizes may be 0, the others not. */
  bool is_valid() const { return is_valid(d) && is_valid(h) && is_valid(w); }

 private:
  static bool is_valid(const WindowAxis& axis) {
    return axis.in >= 0 && axis.out >= 0 && axis.kernel > 0 && axis.stride > 0 && axis.dilation > 0;
  }
};

/** `value / by`, rounded down for positive values, without the slow instruction for the commonest divisors. */
inline int64_t divide(int64_t value, int64_t by) { return by == 1 ? value : (by == 2 ? value >> 1 : value / by); }
inline int64_t divide_up(int64_t value, int64_t by) { return divide(value + by - 1, by); }
inline int64_t round_up(int64_t value, int64_t by) { return divide_up(value, by) * by; }

/**
 * An axis seen from its input. Element `q` of the padded input is `stride * (u + first) + phase`; it takes part in the
 * outputs `u + first - shift` of those taps whose distance from the first tap is `stride * shift + phase`.
 */
struct BackwardAxis {
  int64_t first;
  int64_t most_shift;
  /** Over the outputs: `u` slides with stride 1, shift `most_shift - i` is tap `i`. */
  WindowAxis outputs;
  /** Over the input: `u` slides with the axis's stride, every phase is a tap. */
  WindowAxis inputs;

  explicit BackwardAxis(const WindowAxis& axis)
      : first(axis.pad > 0 ? divide(axis.pad, axis.stride) : 0), most_shift(divide(axis.reach(), axis.stride)) {
    const int64_t last = axis.pad + axis.in - 1;
    const int64_t count = last < 0 ? 0 : divide(last, axis.stride) - first + 1;
    outputs = {axis.out, count, most_shift + 1, 1, most_shift - first, 1};
    inputs = {axis.in, count, axis.stride, axis.stride, axis.pad - axis.stride * first, 1};
  }
};

}  // namespace camada
