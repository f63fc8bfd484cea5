// Whole steps of optimizers, in place. Every operation rounds to float32 in the order in which MXNet has them: the build
// does not contract products and sums.
#include <algorithm>

#include "buffer-pool.h"
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "unary-functions.h"

namespace camada {
namespace {

/** Numbers of a step that all parameters share, rounded to float32. */
struct Step {
  float rescale;
  /** 0 for none. */
  float clip;

  /** NaN stays NaN: a comparison with it does not hold. */
  Floats clipped(Floats g) const {
    if (!(clip > 0)) return g;
    const Floats bounded = g > clip ? splat(clip) : g;
    return bounded < -clip ? splat(-clip) : bounded;
  }
};

/** What SGD does with one parameter. `momentum` is null where there is none. */
struct SgdParameter {
  float* weight;
  const float* gradient;
  float* momentum;
  int64_t count;
  float learning_rate;
  float decay;
};

/** The momentum's factor is `inertia`. */
struct SgdStep : Step {
  float inertia;

  void run(const SgdParameter& parameter, int64_t begin, int64_t end) const {
    float* weight = parameter.weight + begin;
    const float* gradient = parameter.gradient + begin;
    const int64_t count = end - begin;
    // MXNet multiplies the two factors first, unless the clipping stands between them.
    const Floats rate = splat(clip > 0 ? parameter.learning_rate : parameter.learning_rate * rescale);
    const Floats scale = splat(clip > 0 ? rescale : 1.0f);
    const auto descent = [&](Floats g) { return rate * clipped(g * scale); };
    if (parameter.momentum == nullptr) {
      const Floats kept = splat(1.0f - parameter.decay);
      combine_elements(weight, gradient, weight, count, [&](Floats w, Floats g) { return kept * w - descent(g); });
      return;
    }
    const Floats factor = splat(inertia);
    const Floats lost = splat(parameter.decay);
    const auto speed = [&](Floats w, Floats g, Floats m) { return (factor * m - lost * w) - descent(g); };
    float* momentum = parameter.momentum + begin;
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      const Floats w = load(weight + i);
      const Floats m = speed(w, load(gradient + i), load(momentum + i));
      store(momentum + i, m);
      store(weight + i, w + m);
    }
    if (i == count) return;
    const Floats w = load_some(weight + i, count - i);
    const Floats m = speed(w, load_some(gradient + i, count - i), load_some(momentum + i, count - i));
    store_some(momentum + i, m, count - i);
    store_some(weight + i, w + m, count - i);
  }
};

struct AdamParameter {
  float* weight;
  const float* gradient;
  float* mean;
  float* variance;
  int64_t count;
  float learning_rate;
  float wd;
};

struct AdamStep : Step {
  float beta1;
  float beta2;
  float epsilon;

  /** A vector of each tensor. */
  struct Values {
    Floats weight;
    Floats mean;
    Floats variance;
  };

  Values next(const AdamParameter& parameter, Values old, Floats gradient) const {
    const Floats g = clipped(gradient * rescale + old.weight * parameter.wd);
    const Floats m = old.mean * beta1 + g * (1.0f - beta1);
    const Floats v = old.variance * beta2 + (g * g) * (1.0f - beta2);
    return {old.weight - m * parameter.learning_rate / (SquareRoot()(v) + epsilon), m, v};
  }

  void run(const AdamParameter& parameter, int64_t begin, int64_t end) const {
    const auto [weight, gradient, mean, variance, size, learning_rate, wd] = parameter;
    int64_t i = begin;
    for (; i + kLanes <= end; i += kLanes) {
      const Values old{load(weight + i), load(mean + i), load(variance + i)};
      const Values now = next(parameter, old, load(gradient + i));
      store(weight + i, now.weight);
      store(mean + i, now.mean);
      store(variance + i, now.variance);
    }
    if (i == end) return;
    const int64_t rest = end - i;
    const Values old{load_some(weight + i, rest), load_some(mean + i, rest), load_some(variance + i, rest)};
    const Values now = next(parameter, old, load_some(gradient + i, rest));
    store_some(weight + i, now.weight, rest);
    store_some(mean + i, now.mean, rest);
    store_some(variance + i, now.variance, rest);
  }
};

/** All parameters as one line of elements, cut into chunks: a net has few large parameters and many tiny ones. */
template <class Step, class Parameter>
void run_all(const Step& step, const Parameter* parameters, int64_t count) {
  int64_t total = 0;
  for (int64_t i = 0; i < count; i++) total += parameters[i].count;
  parallel_ranges(total, kGrain, [&](int64_t begin, int64_t end, int32_t) {
    int64_t first = 0;
    for (int64_t i = 0; i < count && first < end; i++) {
      const int64_t from = std::max(begin, first) - first;
      const int64_t to = std::min(end, first + parameters[i].count) - first;
      if (from < to) step.run(parameters[i], from, to);
      first += parameters[i].count;
    }
  });
}

}  // namespace
}  // namespace camada

/**
 * `m <- momentum m - lr wd w - lr clip(rescale g)`, `w <- w + m`; without momentum `w <- (1 - lr wd) w - lr clip(rescale
 * g)`. Fields: `parameters, rescale, clip (0 for none), momentum`, then of each parameter `elements, lr, wd, addresses of
 * weight, of gradient, of momentum or 0`.
 */
CAMADA_EXPORT int32_t camada_sgd_update(const double* numbers) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t count = fields.integer();
  SgdStep step;
  step.rescale = static_cast<float>(fields.number());
  step.clip = static_cast<float>(fields.number());
  step.inertia = static_cast<float>(fields.number());
  Scratch<SgdParameter> parameters(count);
  if (parameters.get() == nullptr) return kOutOfMemory;
  for (int64_t i = 0; i < count; i++) {
    SgdParameter& parameter = parameters.get()[i];
    parameter.count = fields.integer();
    parameter.learning_rate = static_cast<float>(fields.number());
    parameter.decay = parameter.learning_rate * static_cast<float>(fields.number());
    parameter.weight = fields.pointer<float>();
    parameter.gradient = fields.pointer<const float>();
    parameter.momentum = fields.pointer<float>();
  }
  run_all(step, parameters.get(), count);
  return kOk;
}

/**
 * `g <- clip(rescale g + wd w)`, `m <- beta1 m + (1 - beta1) g`, `v <- beta2 v + (1 - beta2) g g`,
 * `w <- w - lr m / (sqrt(v) + epsilon)`. Fields: `parameters, rescale, clip (0 for none), beta1, beta2, epsilon`, then of
 * each parameter `elements, lr, wd, addresses of weight, of gradient, of mean, of variance`.
 */
CAMADA_EXPORT int32_t camada_adam_update(const double* numbers) {
  using namespace camada;
  Fields fields(numbers);
  const int64_t count = fields.integer();
  AdamStep step;
  step.rescale = static_cast<float>(fields.number());
  step.clip = static_cast<float>(fields.number());
  step.beta1 = static_cast<float>(fields.number());
  step.beta2 = static_cast<float>(fields.number());
  step.epsilon = static_cast<float>(fields.number());
  Scratch<AdamParameter> parameters(count);
  if (parameters.get() == nullptr) return kOutOfMemory;
  for (int64_t i = 0; i < count; i++) {
    AdamParameter& parameter = parameters.get()[i];
    parameter.count = fields.integer();
    parameter.learning_rate = static_cast<float>(fields.number());
    parameter.wd = static_cast<float>(fields.number());
    parameter.weight = fields.pointer<float>();
    parameter.gradient = fields.pointer<const float>();
    parameter.mean = fields.pointer<float>();
    parameter.variance = fields.pointer<float>();
  }
  run_all(step, parameters.get(), count);
  return kOk;
}
