// The sizes of a convolution, as JavaScript passes them.
#pragma once
#include <cstddef>

#include "activation-math.h"
#include "arithmetic-code.h"

namespace camada {

/** `x` is `[n, cIn, d, h, w]`, `weight` is `[cOut, cIn / groups, kd, kh, kw]`, `y` is `[n, cOut, od, oh, ow]`. */
struct ConvolutionShape {
  // The order of the descriptor.
  int64_t n, c_in, c_out, groups;
  int64_t d, h, w;
  int64_t od, oh, ow;
  int64_t kd, kh, kw;
  /** Strides. */
  int64_t sd, sh, sw;
  /** Zeros before the first element. */
  int64_t pd, ph, pw;
  /** Dilation. */
  int64_t dd, dh, dw;
  Activation activation;
  ArithmeticCode arithmetic;

  /** Channels of one group. */
  int64_t in_channels, out_channels;
  /** Elements of one channel of `x` and of `y`, and of one kernel. */
  int64_t plane, positions, taps;

  bool is_empty() const { return n == 0 || c_out == 0 || positions == 0; }
  bool has_unit_strides() const { return sd == 1 && sh == 1 && sw == 1; }
  /** Every position is the product of a matrix with the channels there. */
  bool is_pointwise() const {
    return taps == 1 && has_unit_strides() && pd == 0 && ph == 0 && pw == 0 && od == d && oh == h && ow == w;
  }
};

/** Reads a descriptor; false where no caller of ours could have written it. */
inline bool read_shape(const double* fields, ConvolutionShape* shape) {
  constexpr int kSizes = 22;
  int64_t sizes[kSizes];
  for (int i = 0; i < kSizes; i++) {
    if (!(fields[i] >= 0 && fields[i] <= 9007199254740992.0)) return false;
    sizes[i] = static_cast<int64_t>(fields[i]);
  }
  static_assert(offsetof(ConvolutionShape, activation) == sizeof sizes);
  std::memcpy(shape, sizes, sizeof sizes);
  if (!is_activation(fields[kSizes]) || !is_arithmetic_code(fields[kSizes + 1])) return false;
  shape->activation = static_cast<Activation>(fields[kSizes]);
  shape->arithmetic = static_cast<ArithmeticCode>(fields[kSizes + 1]);
  const ConvolutionShape& s = *shape;
  if (s.groups < 1 || s.c_in % s.groups != 0 || s.c_out % s.groups != 0) return false;
  if (s.sd < 1 || s.sh < 1 || s.sw < 1 || s.dd < 1 || s.dh < 1 || s.dw < 1) return false;
  shape->in_channels = s.c_in / s.groups;
  shape->out_channels = s.c_out / s.groups;
  shape->plane = s.d * s.h * s.w;
  shape->positions = s.od * s.oh * s.ow;
  shape->taps = s.kd * s.kh * s.kw;
  return true;
}

}  // namespace camada
