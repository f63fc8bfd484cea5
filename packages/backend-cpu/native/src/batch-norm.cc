// Normalization by given statistics, one for each channel.
#include <algorithm>

#include "buffer-pool.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "unary-functions.h"

namespace camada {
namespace {

/** `(x - mean) factor + offset` of channels that are neighbours. */
void normalize_row(const float* x, const float* mean, const float* factor, const float* offset, float* y,
                   int64_t channels) {
  int64_t j = 0;
  for (; j + kLanes <= channels; j += kLanes) {
    const Floats scaled = (load(x + j) - load(mean + j)) * load(factor + j);
    store(y + j, offset == nullptr ? scaled : scaled + load(offset + j));
  }
  if (j == channels) return;
  const int64_t rest = channels - j;
  const Floats scaled = (load_some(x + j, rest) - load_some(mean + j, rest)) * load_some(factor + j, rest);
  store_some(y + j, offset == nullptr ? scaled : scaled + load_some(offset + j, rest), rest);
}

}  // namespace
}  // namespace camada

/**
 * `(x - mean) scale / sqrt(variance + epsilon) + offset`; scale and offset may be null. Fields: `size of outer axes,
 * channels, size of inner axes, epsilon`.
 */
CAMADA_EXPORT int32_t camada_batch_norm(const double* numbers, const float* x, const float* mean, const float* variance,
                                        const float* offset, const float* scale, float* y) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t outer = fields.integer();
  const int64_t channels = fields.integer();
  const int64_t inner = fields.integer();
  const auto epsilon = static_cast<float>(fields.number());
  if (outer < 0 || channels < 0 || inner < 0) return kInvalid;
  if (outer * channels * inner == 0) return kOk;
  Scratch<float> factors(channels);
  float* factor = factors.get();
  if (factor == nullptr) return kOutOfMemory;
  map_elements(variance, factor, channels, [&](Floats value) { return ReciprocalSquareRoot()(value + epsilon); });
  if (scale != nullptr) {
    combine_elements(factor, scale, factor, channels, [](Floats a, Floats b) { return a * b; });
  }
  if (inner == 1) {
    parallel_ranges(outer, std::max<int64_t>(1, kGrain / channels), [&](int64_t begin, int64_t end, int32_t) {
      for (int64_t i = begin; i < end; i++) {
        normalize_row(x + i * channels, mean, factor, offset, y + i * channels, channels);
      }
    });
    return kOk;
  }
  parallel_ranges(outer * channels, std::max<int64_t>(1, kGrain / inner), [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) {
      const int64_t channel = i % channels;
      const Floats center = splat(mean[channel]);
      const Floats slope = splat(factor[channel]);
      const Floats added = splat(offset == nullptr ? -0.0f : offset[channel]);
      map_elements(x + i * inner, y + i * inner, inner,
                   [&](Floats value) { return (value - center) * slope + added; });
    }
  });
  return kOk;
}
