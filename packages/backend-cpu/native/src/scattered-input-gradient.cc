#include "block-product.h"
#include "buffer-pool.h"
#include "input-gradient.h"
#include "matrix-pack.h"
#include "parallel.h"

namespace camada {
namespace {

/** What the taps of one chunk add is to stay in the second-level cache. */
constexpr int64_t kBandBytes = 384 << 10;
constexpr int64_t kEnoughChunks = 48;
constexpr int64_t kFewestChannels = 4;

/** Chunks: images and stretches of input channels; each goes through bands of the output's rows. */
struct Plan {
  Parts channels;
  Parts bands;
  Parts passes;

  explicit Plan(const ConvolutionShape& s)
      : channels(s.in_channels, s.in_channels), bands(s.od * s.oh, s.od * s.oh), passes(s.out_channels, kMostSteps) {
    const int64_t wanted = (kEnoughChunks + s.n * s.groups - 1) / (s.n * s.groups);
    const int64_t most = std::max((s.in_channels + wanted - 1) / wanted, std::min(s.in_channels, kFewestChannels));
    channels = Parts(s.in_channels, most);
    const int64_t row_bytes = most * s.taps * s.ow * 4;
    bands = Parts(s.od * s.oh, std::clamp<int64_t>(kBandBytes / row_bytes, 1, s.od * s.oh));
  }
};

/** Tiles go straight to where the sums stand. */
struct ScratchSink {
  float* sums;
  int64_t stride;
  int64_t first_row;

  void begin_tile() const {}

  float* place(const TileRange& range, int64_t* out_stride) const {
    *out_stride = stride;
    return sums + (range.row - first_row) * stride + range.column;
  }
  void finish(const TileRange&, const float*, int64_t, bool) const {}
};

void add_row(float* to, const float* from, int64_t count) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) store(to + i, load(to + i) + load(from + i));
  if (i < count) store_some(to + i, load_some(to + i, count - i) + load_some(from + i, count - i), count - i);
}

/** Adds rows `[first, first + rows)` of the output, as one tap of one channel sees them, to that channel. */
void scatter_tap(const ConvolutionShape& s, int64_t tap, int64_t first, int64_t rows, const float* from, float* dx) {
  const int64_t kw = tap % s.kw;
  const int64_t kh = tap / s.kw % s.kh;
  const int64_t kd = tap / s.kw / s.kh;
  const int64_t start = kw * s.dw - s.pw;
  const int64_t low = start >= 0 ? 0 : std::min(s.ow, (-start + s.sw - 1) / s.sw);
  const int64_t high = start >= s.w ? 0 : std::min(s.ow, (s.w - start + s.sw - 1) / s.sw);
  for (int64_t row = first; row < first + rows; row++, from += s.ow) {
    const int64_t id = row / s.oh * s.sd - s.pd + kd * s.dd;
    const int64_t ih = row % s.oh * s.sh - s.ph + kh * s.dh;
    if (id < 0 || id >= s.d || ih < 0 || ih >= s.h || low >= high) continue;
    float* to = dx + (id * s.h + ih) * s.w + start + low * s.sw;
    if (s.sw == 1) {
      add_row(to, from + low, high - low);
    } else {
      for (int64_t i = 0; i < high - low; i++) to[i * s.sw] += from[low + i];
    }
  }
}

/** For every stretch of channels, pass and row panel, `[step][row]`; a row is a tap of a channel. */
template <class Arithmetic>
void pack_taps(const ConvolutionShape& s, const Plan& plan, const float* weight, float* packed) {
  const int64_t kernel = s.in_channels * s.taps;
  parallel_for(s.groups * plan.channels.parts, [&](int64_t chunk, int32_t) {
    const int64_t group = chunk / plan.channels.parts;
    const int64_t stretch = chunk % plan.channels.parts;
    const int64_t first = plan.channels.begin(stretch) * s.taps;
    const int64_t rows = plan.channels.size(stretch) * s.taps;
    const Parts panels(rows, kTileRows);
    float* to = packed + group * s.out_channels * kernel + first * s.out_channels;
    for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
      const int64_t begin = plan.passes.begin(pass);
      const int64_t count = plan.passes.size(pass);
      for (int64_t panel = 0; panel < panels.parts; panel++) {
        const float* from = weight + (group * s.out_channels + begin) * kernel + first + panels.begin(panel);
        pack_rows({from, 1, kernel}, panels.size(panel), count, to);
        to += panels.size(panel) * count;
      }
    }
  });
}

}  // namespace

template <class Arithmetic>
Status scattered_input_gradient(const ConvolutionShape& s, const float* dy, const float* y, const float* weight,
                                float* dx) {
  const Plan plan(s);
  const bool is_linear = s.activation == Activation::kLinear;
  const int64_t most_rows = plan.channels.size(0) * s.taps;
  const int64_t most_columns = (plan.bands.size(0) * s.ow + kLanes - 1) / kLanes * kLanes;
  const int64_t dz_words = is_linear ? 0 : s.out_channels * most_columns;
  const int64_t block_words = plan.passes.size(0) * most_columns;
  const int64_t thread_words = dz_words + block_words + most_rows * most_columns;
  Scratch<float> packed(s.c_out * s.in_channels * s.taps);
  Scratch<float> scratch(thread_count() * thread_words);
  if (packed.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  pack_taps<Arithmetic>(s, plan, weight, packed.get());
  parallel_for(s.n * s.groups * plan.channels.parts, [&](int64_t chunk, int32_t thread) {
    const int64_t stretch = chunk % plan.channels.parts;
    const int64_t group = chunk / plan.channels.parts % s.groups;
    const int64_t image = chunk / plan.channels.parts / s.groups;
    const int64_t first_channel = plan.channels.begin(stretch);
    const int64_t channels = plan.channels.size(stretch);
    const int64_t rows = channels * s.taps;
    const float* a = packed.get() + (group * s.in_channels + first_channel) * s.out_channels * s.taps;
    float* dz = scratch.get() + thread * thread_words;
    float* block = dz + dz_words;
    float* sums = block + block_words;
    float* target = dx + (image * s.c_in + group * s.in_channels + first_channel) * s.plane;
    std::fill_n(target, channels * s.plane, 0.0f);
    for (int64_t band = 0; band < plan.bands.parts; band++) {
      const int64_t first = plan.bands.begin(band);
      const int64_t count = plan.bands.size(band) * s.ow;
      const int64_t columns = (count + kLanes - 1) / kLanes * kLanes;
      const int64_t source = (image * s.c_out + group * s.out_channels) * s.positions + first * s.ow;
      MatrixView view = {dy + source, s.positions, 1};
      if (!is_linear) {
        for (int64_t channel = 0; channel < s.out_channels; channel++) {
          const int64_t at = source + channel * s.positions;
          activation_gradient(s.activation, dz + channel * columns, dy + at, y + at, count);
        }
        view = {dz, columns, 1};
      }
      ScratchSink sink = {sums, columns, 0};
      for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
        const int64_t begin = plan.passes.begin(pass);
        const int64_t steps = plan.passes.size(pass);
        pack_columns({view.at(begin, 0), view.row_stride, 1}, steps, count, block);
        const Parts panels(rows, kTileRows);
        run_packed_product<Arithmetic>({panels, 0, panels.parts, 0, columns, kTileColumns, steps, a + rows * begin,
                                        block, nullptr, sums, columns, pass == 0, pass == plan.passes.parts - 1},
                                       sink);
      }
      for (int64_t row = 0; row < rows; row++) {
        scatter_tap(s, row % s.taps, first, plan.bands.size(band), sums + row * columns,
                    target + row / s.taps * s.plane);
      }
    }
  });
  return kOk;
}

template Status scattered_input_gradient<Float32Arithmetic>(const ConvolutionShape&, const float*, const float*,
                                                            const float*, float*);

}  // namespace camada
