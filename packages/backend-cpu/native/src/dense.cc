#include "activation-math.h"
#include "buffer-pool.h"
#include "matrix-product.h"
#include "parallel.h"

#include <algorithm>

namespace camada {
namespace {

constexpr int64_t kGrain = 16 << 10;

struct DenseShape {
  int64_t n, in_units, units;
  Activation activation;
  ArithmeticCode arithmetic;
};

bool read_dense_shape(const double* fields, DenseShape* shape) {
  for (int i = 0; i < 3; i++) {
    if (!(fields[i] >= 0 && fields[i] <= 9007199254740992.0)) return false;
  }
  if (!is_activation(fields[3]) || !is_arithmetic_code(fields[4])) return false;
  *shape = {static_cast<int64_t>(fields[0]), static_cast<int64_t>(fields[1]), static_cast<int64_t>(fields[2]),
            static_cast<Activation>(fields[3]), static_cast<ArithmeticCode>(fields[4])};
  return true;
}

/** The gradient before the activation: `dy` itself where that is linear. */
class PlainGradient {
 public:
  PlainGradient(const DenseShape& s, const float* dy, const float* y)
      : dz_(s.activation == Activation::kLinear ? 0 : s.n * s.units), is_linear_(s.activation == Activation::kLinear) {
    if (dz_.get() == nullptr || is_linear_) {
      data_ = dy;
      return;
    }
    data_ = dz_.get();
    parallel_ranges(s.n * s.units, kGrain, [&](int64_t begin, int64_t end, int32_t) {
      activation_gradient(s.activation, dz_.get() + begin, dy + begin, y + begin, end - begin);
    });
  }

  bool has_memory() const { return dz_.get() != nullptr; }
  const float* data() const { return data_; }

 private:
  Scratch<float> dz_;
  bool is_linear_;
  const float* data_;
};

/** Sums of the columns of `[n, units]`. */
void sum_columns(const float* dz, int64_t n, int64_t units, float* sums) {
  parallel_ranges(units, 4 * kLanes, [&](int64_t begin, int64_t end, int32_t) {
    std::fill_n(sums + begin, end - begin, 0.0f);
    for (int64_t row = 0; row < n; row++) {
      for (int64_t i = begin; i < end; i++) sums[i] += dz[row * units + i];
    }
  });
}

}  // namespace
}  // namespace camada

/** `dx = dz weight`, with `weight` `[units, inUnits]`. `fields`: n, inUnits, units, activation, arithmetic. */
CAMADA_EXPORT int32_t camada_dense_input_gradient(const double* fields, const float* dy, const float* y,
                                                  const float* weight, float* dx) {
  using namespace camada;
  DenseShape s;
  if (!read_dense_shape(fields, &s)) return kInvalid;
  const PlainGradient dz(s, dy, y);
  if (!dz.has_memory()) return kOutOfMemory;
  return multiply({1, s.n, s.in_units, s.units, {dz.data(), s.units, 1}, {weight, s.in_units, 1}, 0,
                                      0, dx, s.in_units, 1, 0, nullptr, nullptr, Activation::kLinear},
                  s.arithmetic);
}

/** `dw = dz' x` and `db`, the sums of dz (may be null). `fields`: n, inUnits, units, activation, arithmetic. */
CAMADA_EXPORT int32_t camada_dense_weight_gradient(const double* fields, const float* x, const float* dy,
                                                   const float* y, float* dw, float* db) {
  using namespace camada;
  DenseShape s;
  if (!read_dense_shape(fields, &s)) return kInvalid;
  const PlainGradient dz(s, dy, y);
  if (!dz.has_memory()) return kOutOfMemory;
  const Status status =
      multiply({1, s.units, s.in_units, s.n, {dz.data(), 1, s.units}, {x, s.in_units, 1}, 0, 0, dw,
                                   s.in_units, 1, 0, nullptr, nullptr, Activation::kLinear},
                  s.arithmetic);
  if (status == kOk && db != nullptr) sum_columns(dz.data(), s.n, s.units, db);
  return status;
}
