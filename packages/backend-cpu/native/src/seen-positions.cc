#include "seen-positions.h"

#include "parallel.h"

namespace camada {
namespace {

/** Positions of a chunk of work. */
constexpr int64_t kGrain = 16 << 10;

/** `to[i] = from[stride * i]`; nothing behind the last is read. */
void copy_strided(const float* from, int64_t stride, int64_t count, float* to) {
  if (stride == 1) {
    std::memcpy(to, from, static_cast<size_t>(count) * sizeof(float));
    return;
  }
  int64_t i = 0;
  if (stride == 2) {
    for (; i + kLanes <= count; i += kLanes) store(to + i, load_every_second(from + 2 * i, 0, kLanes));
  }
  for (; i < count; i++) to[i] = from[stride * i];
}

ConvolutionShape without_strides(const ConvolutionShape& s) {
  ConvolutionShape seen = s;
  seen.d = s.od;
  seen.h = s.oh;
  seen.w = s.ow;
  seen.sd = seen.sh = seen.sw = 1;
  seen.plane = s.positions;
  return seen;
}

}  // namespace

bool SeenPositions::pays(const ConvolutionShape& s) {
  const bool is_inside = s.pd == 0 && s.ph == 0 && s.pw == 0 && (s.od - 1) * s.sd < s.d && (s.oh - 1) * s.sh < s.h &&
                         (s.ow - 1) * s.sw < s.w;
  return s.taps == 1 && !s.has_unit_strides() && is_inside && !s.is_empty();
}

SeenPositions::SeenPositions(const ConvolutionShape& s, const float* x)
    : shape_(without_strides(s)), seen_(s.n * s.c_in * s.positions) {
  if (!has_memory()) return;
  const int64_t grain = kGrain / s.positions + 1;
  parallel_ranges(s.n * s.c_in, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t plane = begin; plane < end; plane++) {
      float* to = seen_.get() + plane * s.positions;
      for (int64_t row = 0; row < s.od * s.oh; row++, to += s.ow) {
        const int64_t d = row / s.oh * s.sd;
        const int64_t h = row % s.oh * s.sh;
        copy_strided(x + plane * s.plane + (d * s.h + h) * s.w, s.sw, s.ow, to);
      }
    }
  });
}

}  // namespace camada
