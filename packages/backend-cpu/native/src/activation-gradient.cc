// Derivatives of activations times what comes from above, all through the activated value.
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "vector-math.h"

namespace camada {
namespace {

/** Numbered as `ACTIVATION_CODES` of `src/activation.ts`; the last as in `src/native/standard/activation-gradient.ts`. */
enum class Derivative : int32_t { kLinear = 0, kRelu = 1, kSigmoid = 2, kTanh = 3, kSoftrelu = 4, kSoftsign = 5, kElu = 6 };

template <Store kStore, class Function>
Status run(const float* dy, const float* y, float* dx, int64_t count, Function function) {
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    combine_elements<kStore>(dy + begin, y + begin, dx + begin, end - begin, function);
    finish_stores(kStore);
  });
  return kOk;
}

template <class Function>
Status run(const float* dy, const float* y, float* dx, int64_t count, Function function) {
  const bool is_large = count * static_cast<int64_t>(sizeof(float)) >= kLargeResultBytes;
  return is_large ? run<Store::kPastCaches>(dy, y, dx, count, function)
                  : run<Store::kOrdinary>(dy, y, dx, count, function);
}

}  // namespace
}  // namespace camada

/** Fields: `function, elements`. */
CAMADA_EXPORT int32_t camada_activation_gradient(const double* numbers, const float* dy, const float* y, float* dx) {
  using namespace camada;
  Fields fields(numbers);
  const auto function = static_cast<Derivative>(fields.integer());
  const int64_t count = fields.integer();
  switch (function) {
    case Derivative::kLinear: return run(dy, y, dx, count, [](Floats d, Floats) { return d; });
    case Derivative::kRelu: return run(dy, y, dx, count, [](Floats d, Floats v) { return v > 0.0f ? d : Floats{}; });
    case Derivative::kSigmoid: return run(dy, y, dx, count, [](Floats d, Floats v) { return d * (v * (1.0f - v)); });
    case Derivative::kTanh: return run(dy, y, dx, count, [](Floats d, Floats v) { return d * (1.0f - v * v); });
    case Derivative::kSoftrelu: return run(dy, y, dx, count, [](Floats d, Floats v) { return d * -expm1(-v); });
    case Derivative::kSoftsign:
      return run(dy, y, dx, count, [](Floats d, Floats v) {
        const Floats rest = 1.0f - abs(v);
        return d * (rest * rest);
      });
    case Derivative::kElu:
      return run(dy, y, dx, count, [](Floats d, Floats v) { return v >= 0.0f ? d : d * (v + 1.0f); });
  }
  return kUnsupported;
}
