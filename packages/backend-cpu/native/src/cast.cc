// Conversions between element types, as tfjs's.
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "to-int32.h"

namespace camada {
namespace {

/** Towards zero, then modulo 2^32 as an Int32Array has it. */
struct FloatToInt {
  Ints operator()(Floats x) const {
    constexpr float kTooLarge = 2147483648.0f;
    if (all_below(x, kTooLarge)) return __builtin_convertvector(x, Ints);
    return lane_by_lane<Ints>([](float value) { return to_int32(value); }, x);
  }

 private:
  /** NaN is not. */
  static bool all_below(Floats x, float limit) {
    const Ints inside = (x < limit) & (x > -limit);
    int32_t all = -1;
    for (int64_t lane = 0; lane < kLanes; lane++) all &= inside[lane];
    return all != 0;
  }
};

struct IntToFloat {
  Floats operator()(Ints x) const { return __builtin_convertvector(x, Floats); }
};

/** NaN counts as true. */
struct ToBool {
  template <class Vector>
  Ints operator()(Vector x) const {
    return (x != 0) & 1;
  }
};

struct SameInt {
  Ints operator()(Ints x) const { return x; }
};

template <class From, class To, class Function>
Status convert(const void* x, void* y, int64_t count, Function function) {
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    map_elements(static_cast<const From*>(x) + begin, static_cast<To*>(y) + begin, end - begin, function);
  });
  return kOk;
}

}  // namespace
}  // namespace camada

/** Fields: `type of x, type of y, elements`. */
CAMADA_EXPORT int32_t camada_cast(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const ElementType from = fields.type();
  const ElementType to = fields.type();
  const int64_t count = fields.integer();
  using enum ElementType;
  if (from == kFloat && to == kInt) return convert<float, int32_t>(x, y, count, FloatToInt());
  if (from == kFloat && to == kBool) return convert<float, uint8_t>(x, y, count, ToBool());
  if (from == kInt && to == kFloat) return convert<int32_t, float>(x, y, count, IntToFloat());
  if (from == kInt && to == kBool) return convert<int32_t, uint8_t>(x, y, count, ToBool());
  if (from == kBool && to == kFloat) return convert<uint8_t, float>(x, y, count, IntToFloat());
  if (from == kBool && to == kInt) return convert<uint8_t, int32_t>(x, y, count, SameInt());
  return kUnsupported;
}
