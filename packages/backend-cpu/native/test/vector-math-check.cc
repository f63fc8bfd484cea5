// Measures the vector functions against float64 and fails above the bounds that vector-math.h states. An argument is the step
// through the floats whose results are no matter of course: 1 takes every one of them, for two minutes.
#include "../src/vector-math.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace {

using camada::Floats;

struct Function {
  const char* name;
  Floats (*vector)(Floats);
  double (*exact)(double);
  double largest_ulp;
};

double exact_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double exact_softrelu(double x) { return (x > 0 ? x : 0) + std::log1p(std::exp(-std::fabs(x))); }
double exact_softsign(double x) { return x / (1 + std::fabs(x)); }

constexpr Function kFunctions[] = {
    {"exp", camada::exp, std::exp, 1.05},
    {"expm1", camada::expm1, std::expm1, 1.72},
    {"log", camada::log, std::log, 0.83},
    {"log1p", camada::log1p, std::log1p, 0.85},
    {"tanh", camada::tanh, std::tanh, 1.08},
    {"sigmoid", camada::sigmoid, exact_sigmoid, 2.5},
    {"softrelu", camada::softrelu, exact_softrelu, 1.67},
    {"softsign", camada::softsign, exact_softsign, 1.5},
    {"erf", camada::erf, std::erf, 1.91},
};

float first_lane(Floats (*function)(Floats), float x) {
  return function(camada::splat(x))[0];
}

/** In units in the last place of the exact value; infinite where a special value is wrong. */
double error_ulp(float got, double exact) {
  const auto rounded = static_cast<float>(exact);
  if (std::isnan(exact) || std::isinf(rounded)) {
    return (std::isnan(got) && std::isnan(exact)) || got == rounded ? 0 : INFINITY;
  }
  if (std::fabs(exact) < 1.1754943e-38) return std::fabs(got) < 1.1754944e-38 ? 0 : INFINITY;
  if (std::isnan(got)) return INFINITY;
  const double ulp = std::ldexp(1.0, std::ilogb(exact) - 23);
  return std::fabs(got - exact) / ulp;
}

/** A prime, so that the lowest bits are of all sorts. */
constexpr uint64_t kStep = 4999;

/** Beyond 104 and below 2^-24 functions end, or are their first term. */
bool is_matter_of_course(uint64_t pattern) {
  const uint64_t magnitude = pattern & 0x7fffffff;
  return magnitude < 0x33800000 || magnitude > 0x42d00000;
}

bool check(const Function& function, uint64_t step) {
  double worst = 0;
  float worst_at = 0;
  // Through all bit patterns, NaN and infinities included, denormals not.
  for (uint64_t pattern = 0, stride; pattern < (1ull << 32); pattern += stride * camada::kLanes) {
    stride = is_matter_of_course(pattern) ? kStep : step;
    Floats x;
    for (int64_t lane = 0; lane < camada::kLanes; lane++) {
      const auto bits = static_cast<uint32_t>(pattern + stride * static_cast<uint64_t>(lane));
      float value;
      std::memcpy(&value, &bits, sizeof value);
      x[lane] = std::fabs(value) < 1.1754944e-38f ? 0.0f : value;
    }
    const Floats y = function.vector(x);
    for (int64_t lane = 0; lane < camada::kLanes; lane++) {
      const double error = error_ulp(y[lane], function.exact(x[lane]));
      if (error > worst) {
        worst = error;
        worst_at = x[lane];
      }
    }
  }
  for (const float special : {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 1.0f, -1.0f, 88.7228317f, 88.7228394f, -88.7228394f, -87.3365f}) {
    const double error = error_ulp(first_lane(function.vector, special), function.exact(special));
    if (error > worst) {
      worst = error;
      worst_at = special;
    }
  }
  const bool ok = worst <= function.largest_ulp;
  std::printf("%-9s %5.2f ulp at %.9g%s\n", function.name, worst, worst_at, ok ? "" : "  TOO LARGE");
  return ok;
}

bool check_odd(const char* name, Floats (*function)(Floats)) {
  for (float x = 0; x < 12; x += 0.001f) {
    const float positive = first_lane(function, x);
    const float negative = first_lane(function, -x);
    if (positive != -negative || std::signbit(positive) == std::signbit(negative)) {
      std::printf("%s is not odd at %.9g\n", name, x);
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t step = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : kStep;
  if (step == 0) return 2;
  bool ok = true;
  for (const Function& function : kFunctions) ok = check(function, step) && ok;
  ok = check_odd("tanh", camada::tanh) && ok;
  ok = check_odd("erf", camada::erf) && ok;
  return ok ? 0 : 1;
}
