// Pixels as float32.
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

/** `y = x / divisor`, rounded once to float32. Fields: `elements, divisor`. */
CAMADA_EXPORT int32_t camada_bytes_to_float(const double* numbers, const uint8_t* x, float* y) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t count = fields.integer();
  const double divisor = fields.number();
  if (static_cast<double>(static_cast<float>(divisor)) == divisor) {
    const Floats divisors = splat(static_cast<float>(divisor));
    parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
      map_elements(x + begin, y + begin, end - begin,
                   [&](Ints bytes) { return __builtin_convertvector(bytes, Floats) / divisors; });
    });
    return kOk;
  }
  float quotients[256];
  for (int byte = 0; byte < 256; byte++) quotients[byte] = static_cast<float>(byte / divisor);
  parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) y[i] = quotients[x[i]];
  });
  return kOk;
}
