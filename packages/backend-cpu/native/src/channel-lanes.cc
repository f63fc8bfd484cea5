#include "channel-lanes.h"

#include "spatial-simd.h"
#include "transpose.h"

namespace camada {
namespace {

/** Floats of a block: a few rows, which the taps read again and again, stay in the first-level cache. */
constexpr int64_t kBlockFloats = 24576;

/** Pixels up to which moving single elements is faster than transposing a whole square. */
constexpr int64_t kFewPixels = 2;

/** Pixels of channels-first planes, `kLanes` at a time, as vectors of channels. */
template <class Write>
__attribute__((always_inline)) inline void transposed_pixels(const float* from, int64_t channel_step, int64_t channels,
                                                             int64_t pixels, Write&& write) {
  int64_t p = 0;
  // Loops of fixed length: the square has to stay in registers.
  if (channels == kLanes) {
    for (; p + kLanes <= pixels; p += kLanes) {
      Floats square[kLanes];
#pragma GCC unroll 16
      for (int64_t c = 0; c < kLanes; c++) square[c] = load(from + c * channel_step + p);
      transpose(square);
#pragma GCC unroll 16
      for (int64_t i = 0; i < kLanes; i++) write(square[i]);
    }
  }
  for (; p < pixels; p += kLanes) {
    const LaneSpan lanes(0, pixels - p);
    if (lanes.end <= kFewPixels) {
      for (int64_t i = 0; i < lanes.end; i++) {
        alignas(kLanes * 4) float pixel[kLanes] = {};
        for (int64_t c = 0; c < channels; c++) pixel[c] = from[c * channel_step + p + i];
        write(load(pixel));
      }
      continue;
    }
    Floats square[kLanes];
    for (int64_t c = 0; c < kLanes; c++) {
      square[c] = c < channels ? load_span(from + c * channel_step + p, lanes) : Floats{};
    }
    transpose(square);
    for (int64_t i = 0; i < kLanes; i++) {
      if (i < lanes.end) write(square[i]);
    }
  }
}

inline void zero_vectors(float* to, int64_t count) {
  for (int64_t i = 0; i < count; i++) store(to + i * kLanes, Floats{});
}

/** Out of line: a loop of every length would hold all activations otherwise. */
__attribute__((noinline)) Floats activated_slowly(WindowActivation kind, Floats x) { return activated(kind, x); }

/** `Count` outputs at a time. */
template <int Count>
inline void sum_outputs(const LaneSum& sum, const float* source, float* out) {
  Floats sums[Count];
  const Floats bias = sum.bias == nullptr ? Floats{} : load(sum.bias);
  for (int i = 0; i < Count; i++) sums[i] = bias;
  const float* weights = sum.weights;
  const int64_t step = sum.source_step;
  for (const int64_t* offset = sum.offsets; offset != sum.offsets + sum.taps; offset++, weights += kLanes) {
    const Floats weight = load(weights);
    const float* from = source + *offset;
#pragma GCC unroll 8
    for (int i = 0; i < Count; i++) sums[i] = fma(load(from + i * step), weight, sums[i]);
  }
  const bool is_linear = sum.activation == WindowActivation::kLinear;
  const bool is_relu = sum.activation == WindowActivation::kRelu;
#pragma GCC unroll 8
  for (int i = 0; i < Count; i++) {
    Floats y = sums[i];
    if (is_relu) {
      y = activated(WindowActivation::kRelu, y);
    } else if (!is_linear) {
      y = activated_slowly(sum.activation, y);
    }
    store(out + i * sum.out_step, y);
  }
}

/** At most eight outputs, so that no sum waits for itself and all are registers. */
void sum_few(const LaneSum& sum, const float* source, int64_t count, float* out) {
  switch (count) {
    case 1:
      return sum_outputs<1>(sum, source, out);
    case 2:
      return sum_outputs<2>(sum, source, out);
    case 3:
      return sum_outputs<3>(sum, source, out);
    case 4:
      return sum_outputs<4>(sum, source, out);
    case 5:
      return sum_outputs<5>(sum, source, out);
    case 6:
      return sum_outputs<6>(sum, source, out);
    case 7:
      return sum_outputs<7>(sum, source, out);
    default:
      return sum_outputs<8>(sum, source, out);
  }
}

}  // namespace

int64_t LaneBlock::size() const { return rows * columns * kLanes; }

int64_t LaneBlock::offset(int64_t i, int64_t j) const {
  return (i * h.dilation * columns + j * w.dilation) * kLanes;
}

int64_t LaneBlock::rows_for(const WindowAxis& h, const WindowAxis& w) {
  const LaneBlock one(h, w, 1);
  const int64_t row_floats = one.columns * kLanes;
  const int64_t rows = (kBlockFloats / row_floats - one.rows) / h.stride + 1;
  return rows < 1 ? 1 : (rows < h.out ? rows : h.out);
}

void LaneBlock::pack(const float* image, ImageLayout layout, int64_t channels, int64_t first, int64_t count,
                     float* block) const {
  const int64_t used_rows = (count - 1) * h.stride + h.reach() + 1;
  const int64_t top = first * h.stride - h.pad;
  const auto clamp = [](int64_t value, int64_t low, int64_t high) {
    return value < low ? low : (value > high ? high : value);
  };
  const int64_t begin = clamp(-top, 0, used_rows);
  const int64_t end = clamp(h.in - top, begin, used_rows);
  const int64_t left = clamp(w.pad, 0, columns);
  const int64_t right = clamp(w.pad + w.in, left, columns);
  const int64_t row_floats = columns * kLanes;
  zero_vectors(block, begin * columns);
  zero_vectors(block + end * row_floats, (used_rows - end) * columns);
  for (int64_t row = begin; row < end; row++) {
    zero_vectors(block + row * row_floats, left);
    zero_vectors(block + row * row_floats + right * kLanes, columns - right);
  }
  const float* from = image + ((top + begin) * w.in + left - w.pad) * layout.pixel_step;
  const int64_t width = right - left;
  if (width == 0 || begin == end) return;
  if (layout.is_channels_last()) {
    const LaneSpan lanes(0, channels);
    for (int64_t row = begin; row < end; row++, from += w.in * layout.pixel_step) {
      float* to = block + row * row_floats + left * kLanes;
      for (int64_t i = 0; i < width; i++) store(to + i * kLanes, load_span(from + i * layout.pixel_step, lanes));
    }
  } else if (width == w.in) {
    // Whole rows follow each other in the plane: vectors of pixels run from one into the next.
    float* to = block + begin * row_floats + left * kLanes;
    float* row_end = to + width * kLanes;
    const int64_t skipped = (columns - width) * kLanes;
    transposed_pixels(from, layout.channel_step, channels, (end - begin) * width, [&](Floats pixel) {
      store(to, pixel);
      to += kLanes;
      if (to != row_end) return;
      to += skipped;
      row_end += row_floats;
    });
  } else {
    for (int64_t row = begin; row < end; row++, from += w.in) {
      float* to = block + row * row_floats + left * kLanes;
      transposed_pixels(from, layout.channel_step, channels, width, [&](Floats pixel) {
        store(to, pixel);
        to += kLanes;
      });
    }
  }
}

void unpack(const float* from, int64_t pixels, float* to, ImageLayout layout, int64_t channels) {
  if (layout.is_channels_last()) {
    const LaneSpan lanes(0, channels);
    for (int64_t p = 0; p < pixels; p++) store_span(to + p * layout.pixel_step, load(from + p * kLanes), lanes);
    return;
  }
  int64_t p = 0;
  if (channels == kLanes) {
    for (; p + kLanes <= pixels; p += kLanes) {
      Floats square[kLanes];
#pragma GCC unroll 16
      for (int64_t i = 0; i < kLanes; i++) square[i] = load(from + (p + i) * kLanes);
      transpose(square);
#pragma GCC unroll 16
      for (int64_t c = 0; c < kLanes; c++) store(to + c * layout.channel_step + p, square[c]);
    }
  }
  for (; p < pixels; p += kLanes) {
    const LaneSpan lanes(0, pixels - p);
    if (lanes.end <= kFewPixels) {
      for (int64_t i = 0; i < lanes.end; i++) {
        for (int64_t c = 0; c < channels; c++) to[c * layout.channel_step + p + i] = from[(p + i) * kLanes + c];
      }
      continue;
    }
    Floats square[kLanes];
    for (int64_t i = 0; i < kLanes; i++) square[i] = i < lanes.end ? load(from + (p + i) * kLanes) : Floats{};
    transpose(square);
    for (int64_t c = 0; c < kLanes; c++) {
      if (c < channels) store_span(to + c * layout.channel_step + p, square[c], lanes);
    }
  }
}

void LaneSum::run(const float* source, int64_t count, float* out) const {
  const int64_t groups = divide_up(count, 8);
  for (int64_t group = 0, i = 0; group < groups; group++) {
    const int64_t own = (count - i + groups - group - 1) / (groups - group);
    sum_few(*this, source + i * source_step, own, out + i * out_step);
    i += own;
  }
}

}  // namespace camada
