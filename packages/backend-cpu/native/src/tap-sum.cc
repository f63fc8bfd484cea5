#include "tap-sum.h"

#include "simd.h"

namespace camada {
namespace {

/** `Count` vectors of outputs. */
template <int Count>
inline void sum_block(const float* source, const int64_t* offsets, const float* weights, int64_t taps, float bias,
                      float* out) {
  Floats sums[Count];
  for (int v = 0; v < Count; v++) sums[v] = splat(bias);
  for (int64_t t = 0; t < taps; t++) {
    const float* from = source + offsets[t];
    const Floats weight = splat(weights[t]);
    for (int v = 0; v < Count; v++) sums[v] = fma(load(from + v * kLanes), weight, sums[v]);
  }
  for (int v = 0; v < Count; v++) store(out + v * kLanes, sums[v]);
}

}  // namespace

void tap_sum(const float* source, const int64_t* offsets, const float* weights, int64_t taps, int64_t count, float bias,
             float* out) {
  int64_t o = 0;
  for (; o + 3 * kLanes < count; o += 4 * kLanes) sum_block<4>(source + o, offsets, weights, taps, bias, out + o);
  for (; o < count; o += kLanes) sum_block<1>(source + o, offsets, weights, taps, bias, out + o);
}

}  // namespace camada
