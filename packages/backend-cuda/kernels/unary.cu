// Functions of one element. Each follows what tfjs's JavaScript kernel gives for NaN, infinities and zeros.
// a and b are the function's own numbers, where it has any.
#include "elements.cuh"
#include "numbers.cuh"

#define UNARY(name, From, To, expression)                                                               \
  extern "C" __global__ void unary_##name(const From* from, To* to, long long count, float a, float b) { \
    const long long first = first_element();                                                            \
    if (first >= count) return;                                                                         \
    const Quad<From> arguments = load_quad(from, first, count);                                         \
    Quad<To> results;                                                                                   \
    for (int i = 0; i < kElements; i++) {                                                               \
      const From x = arguments.at[i];                                                                   \
      results.at[i] = expression;                                                                       \
    }                                                                                                   \
    store_quad(to, first, count, results);                                                              \
  }
#define FLOAT(name, expression) UNARY(name##_float32, float, float, expression)
#define INT(name, expression) UNARY(name##_int32, int, int, expression)
#define TEST(name, expression) UNARY(name##_float32, float, unsigned char, expression)

__device__ __forceinline__ float relu6(float x) { return x <= 0.0f ? 0.0f : x > 6.0f ? 6.0f : x; }

FLOAT(neg, -x)
FLOAT(abs, fabsf(x))
FLOAT(square, x * x)
FLOAT(sqrt, sqrtf(x))
FLOAT(rsqrt, 1.0f / sqrtf(x))
FLOAT(reciprocal, 1.0f / x)
FLOAT(exp, expf(x))
FLOAT(expm1, expm1f(x))
FLOAT(log, logf(x))
FLOAT(log1p, log1pf(x))
FLOAT(sigmoid, 1.0f / (1.0f + expf(-x)))
FLOAT(tanh, tanhf(x))
FLOAT(softplus, fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))))
FLOAT(erf, erff(x))
FLOAT(relu, x <= 0.0f ? 0.0f : x)
FLOAT(relu6, relu6(x))
FLOAT(leaky_relu, x < 0.0f ? x * a : x)
FLOAT(elu, x >= 0.0f ? x : expm1f(x))
FLOAT(selu, x >= 0.0f ? x * 1.0507009873554805f : expm1f(x) * 1.7580993408473768f)
FLOAT(step, x > 0.0f ? 1.0f : is_nan(x) ? x : a)
FLOAT(sign, x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : 0.0f)
FLOAT(floor, floorf(x))
FLOAT(ceil, ceilf(x))
FLOAT(round, rintf(x))
FLOAT(clip, x > b ? b : x < a ? a : x)
FLOAT(sin, sinf(x))
FLOAT(cos, cosf(x))
// Near its poles an error in the last place is a large number.
FLOAT(tan, static_cast<float>(tan(static_cast<double>(x))))
FLOAT(asin, asinf(x))
FLOAT(acos, acosf(x))
FLOAT(atan, atanf(x))
FLOAT(sinh, sinhf(x))
FLOAT(cosh, coshf(x))
FLOAT(asinh, asinhf(x))
FLOAT(acosh, acoshf(x))
FLOAT(atanh, atanhf(x))

TEST(is_nan, is_nan(x))
TEST(is_inf, fabsf(x) == __int_as_float(0x7f800000))
TEST(is_finite, fabsf(x) < __int_as_float(0x7f800000))

// Integers wrap around, which only unsigned ones may do.
INT(neg, static_cast<int>(-static_cast<unsigned>(x)))
INT(abs, x < 0 ? static_cast<int>(-static_cast<unsigned>(x)) : x)
INT(square, static_cast<int>(static_cast<unsigned>(x) * static_cast<unsigned>(x)))
INT(relu, x < 0 ? 0 : x)
INT(relu6, x < 0 ? 0 : x > 6 ? 6 : x)
INT(sign, (x > 0) - (x < 0))

UNARY(logical_not_bool, unsigned char, unsigned char, x == 0)
