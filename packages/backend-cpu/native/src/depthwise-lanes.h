// Depthwise convolutions with a channel in every lane: for images whose rows are short, and for channels-last ones.
#pragma once
#include "channel-lanes.h"
#include "depthwise.h"

namespace camada {

/** Where a kernel's elements lie: floats from a channel to the next, and from a tap to the next. */
struct KernelLayout {
  int64_t channel_step;
  int64_t tap_step;
};

/** A convolution with a kernel for each channel, over one or two spatial axes, and how its tensors are laid out. */
struct LaneConvolution {
  const Depthwise& conv;
  ImageLayout x;
  ImageLayout y;
  KernelLayout kernel;

  static LaneConvolution channels_first(const Depthwise& conv) {
    return {conv, ImageLayout::channels_first(conv.in_size()), ImageLayout::channels_first(conv.out_size()),
            {conv.window.taps(), 1}};
  }
  static LaneConvolution channels_last(const Depthwise& conv) {
    return {conv, ImageLayout::channels_last(conv.channels), ImageLayout::channels_last(conv.channels),
            {1, conv.channels}};
  }

  /** Whether there is such a form at all. */
  static bool has_form(const Depthwise& conv) {
    const WindowAxis& d = conv.window.d;
    return conv.multiplier == 1 && d.in == 1 && d.out == 1 && d.kernel == 1 && d.pad == 0 && conv.window.h.pad >= 0 &&
           conv.window.w.pad >= 0;
  }
  /** Whether rows are so short that even kernels which copy nothing leave most lanes idle. */
  static bool suits_short_rows(const Depthwise& conv) {
    return pays(conv) && conv.window.w.stride == 1 && conv.window.w.out <= 8;
  }
  /** Whether it is the faster one for channels-first tensors, of those that copy first. */
  static bool pays(const Depthwise& conv) { return has_form(conv) && conv.channels >= kLanes; }

  int64_t blocks() const { return divide_up(conv.channels, kLanes); }
  int64_t channels_of(int64_t block) const {
    const int64_t rest = conv.channels - block * kLanes;
    return rest < kLanes ? rest : kLanes;
  }
  struct Place {
    int64_t image;
    int64_t block;
    int64_t strip;
  };
  /** Pieces of work in the order of memory: with channels last, all blocks of some rows before other rows. */
  Place place_of(int64_t item, int64_t strips) const {
    const int64_t image = item / (blocks() * strips);
    const int64_t rest = item - image * blocks() * strips;
    if (x.is_channels_last()) return {image, rest % blocks(), rest / blocks()};
    return {image, rest / strips, rest % strips};
  }
  /** Writes the taps of all blocks, `[blocks, taps, kLanes]`. */
  void pack_kernel(const float* kernel, float* to) const;

  int32_t forward(const float* in, const float* weight, const float* bias, float* out) const;
  int32_t input_gradient(const float* dy, const float* activated_y, const float* weight, float* dx) const;
  int32_t weight_gradient(const float* in, const float* dy, const float* activated_y, float* dw, float* db) const;
};

}  // namespace camada
