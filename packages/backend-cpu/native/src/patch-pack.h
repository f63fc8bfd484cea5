// Packs what a convolution's windows see, without ever writing the whole matrix of patches: one vector of positions at
// a time.
#pragma once
#include "patch-gather.h"

namespace camada {

/** Writes steps `[begin, end)` of a vector of positions, `pitch` words apart. */
template <class Arithmetic>
void pack_patch(const ConvolutionShape& s, const PatchVector& vector, const int64_t* offsets, const float* x,
                int64_t begin, int64_t end, float* to, int64_t pitch) {
  for (const PatchSegment& segment : vector) {
    const int64_t first = std::max(begin, segment.begin);
    const int64_t last = std::min(end, segment.end);
    if (first >= last) continue;
    with_gather_way(gather_way(s, segment), [&]<GatherWay kWay>() {
      for (int64_t step = first; step < last; step++) {
        store(to + (step - begin) * pitch, gather_words<Arithmetic, kWay>(segment, s, x + offsets[step]));
      }
    });
  }
}

}  // namespace camada
