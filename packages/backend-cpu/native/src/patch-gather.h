// Reads one step of a vector of positions from the input.
#pragma once
#include "patch-vector.h"

namespace camada {

/** Ways to read that deserve code of their own. */
enum class GatherWay { kWhole, kOnePiece, kTwoPieces, kPieces, kEverySecond, kStrided };

inline GatherWay gather_way(const ConvolutionShape& s, const PatchSegment& segment) {
  if (s.sw == 2) return GatherWay::kEverySecond;
  if (s.sw != 1) return GatherWay::kStrided;
  if (segment.piece_count == 1) {
    const bool is_whole = segment.pieces[0].begin == 0 && segment.pieces[0].end == kLanes;
    return is_whole ? GatherWay::kWhole : GatherWay::kOnePiece;
  }
  return segment.piece_count == 2 ? GatherWay::kTwoPieces : GatherWay::kPieces;
}

/** The values at `x` and where the pieces stand from there; other lanes are zero. */
template <GatherWay kWay>
inline Floats gather(const PatchSegment& segment, int64_t stride, const float* x) {
  const PatchPiece* pieces = segment.pieces;
  if constexpr (kWay == GatherWay::kWhole) return load(x + pieces[0].source);
  if constexpr (kWay == GatherWay::kOnePiece) return load_lanes(x + pieces[0].source, pieces[0].lanes);
  if constexpr (kWay == GatherWay::kTwoPieces) {
    // No lane is in both.
    return floats_of(bits_of(load_lanes(x + pieces[0].source, pieces[0].lanes)) |
                     bits_of(load_lanes(x + pieces[1].source, pieces[1].lanes)));
  }
  Floats values{};
  for (int64_t i = 0; i < segment.piece_count; i++) {
    const float* from = x + pieces[i].source;
    if constexpr (kWay == GatherWay::kPieces) {
      values = floats_of(bits_of(values) | bits_of(load_lanes(from, pieces[i].lanes)));
    } else if constexpr (kWay == GatherWay::kEverySecond) {
      values = floats_of(bits_of(values) | bits_of(load_every_second(from, pieces[i].begin, pieces[i].end)));
    } else {
      for (int64_t lane = pieces[i].begin; lane < pieces[i].end; lane++) values[lane] = from[lane * stride];
    }
  }
  return values;
}

/** The words of one step at `x`; the second of two channels is a `plane` further. */
template <class Arithmetic, GatherWay kWay>
inline Floats gather_words(const PatchSegment& segment, const ConvolutionShape& s, const float* x) {
  const Floats first = gather<kWay>(segment, s.sw, x);
  if constexpr (Arithmetic::kValuesPerWord == 1) return first;
  return Arithmetic::words(first, segment.has_second ? gather<kWay>(segment, s.sw, x + s.plane) : Floats{});
}

/** Calls `function` with the way as a constant. */
template <class Function>
inline void with_gather_way(GatherWay way, Function function) {
  switch (way) {
    case GatherWay::kWhole:
      return function.template operator()<GatherWay::kWhole>();
    case GatherWay::kOnePiece:
      return function.template operator()<GatherWay::kOnePiece>();
    case GatherWay::kTwoPieces:
      return function.template operator()<GatherWay::kTwoPieces>();
    case GatherWay::kPieces:
      return function.template operator()<GatherWay::kPieces>();
    case GatherWay::kEverySecond:
      return function.template operator()<GatherWay::kEverySecond>();
    case GatherWay::kStrided:
      return function.template operator()<GatherWay::kStrided>();
  }
}

}  // namespace camada
