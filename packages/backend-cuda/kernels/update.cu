// Whole steps of optimizers, in place: one launch goes through all parameters. Every operation rounds as it is written.
// CAPACITY: how many parameters a launch has room for.
#include "elements.cuh"

/** Where a parameter's blocks begin in the grid; the same for every optimizer. */
struct Span {
  long long count;
  int first_block;
  int unused;
};

/** NaN stays NaN: a comparison with it does not hold. */
__device__ __forceinline__ float clipped(float g, float clip) {
  if (!(clip > 0.0f)) return g;
  const float bounded = g > clip ? clip : g;
  return bounded < -clip ? -clip : bounded;
}

/** The parameter that a block belongs to. */
template <class Table>
__device__ __forceinline__ int parameter_of_block(const Table& table, int count) {
  int low = 0;
  int high = count - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (table.spans[middle].first_block <= static_cast<int>(blockIdx.x)) low = middle;
    else high = middle - 1;
  }
  return low;
}

__device__ __forceinline__ long long first_of_span(const Span& span) {
  return (static_cast<long long>(static_cast<int>(blockIdx.x) - span.first_block) * blockDim.x + threadIdx.x) * kElements;
}

struct SgdParameter {
  float* weight;
  const float* gradient;
  /** Null for none. */
  float* momentum;
  /** The learning rate, with the factor of the gradient in it unless that is clipped. */
  float rate;
  /** What is left of a weight; with momentum what is taken off it. */
  float keep;
};

struct SgdTable {
  Span spans[CAPACITY];
  SgdParameter parameters[CAPACITY];
};

/** `scale` is the factor of a gradient before it is clipped: 1 where nothing is clipped. */
extern "C" __global__ void sgd_update(SgdTable table, int parameters, float inertia, float scale, float clip) {
  const int at = parameter_of_block(table, parameters);
  const Span span = table.spans[at];
  const SgdParameter parameter = table.parameters[at];
  const long long first = first_of_span(span);
  if (first >= span.count) return;
  Quad<float> w = load_quad<float>(parameter.weight, first, span.count);
  const Quad<float> g = load_quad(parameter.gradient, first, span.count);
  if (parameter.momentum == nullptr) {
    for (int i = 0; i < kElements; i++) {
      const float descent = __fmul_rn(parameter.rate, clipped(__fmul_rn(g.at[i], scale), clip));
      w.at[i] = __fsub_rn(__fmul_rn(parameter.keep, w.at[i]), descent);
    }
    store_quad(parameter.weight, first, span.count, w);
    return;
  }
  Quad<float> m = load_quad<float>(parameter.momentum, first, span.count);
  for (int i = 0; i < kElements; i++) {
    const float descent = __fmul_rn(parameter.rate, clipped(__fmul_rn(g.at[i], scale), clip));
    const float slowed = __fsub_rn(__fmul_rn(inertia, m.at[i]), __fmul_rn(parameter.keep, w.at[i]));
    m.at[i] = __fsub_rn(slowed, descent);
    w.at[i] = __fadd_rn(w.at[i], m.at[i]);
  }
  store_quad(parameter.momentum, first, span.count, m);
  store_quad(parameter.weight, first, span.count, w);
}

struct AdamParameter {
  float* weight;
  const float* gradient;
  float* mean;
  float* variance;
  float rate;
  float wd;
};

struct AdamTable {
  Span spans[CAPACITY];
  AdamParameter parameters[CAPACITY];
};

/** `rest1` and `rest2` are 1 less the betas. */
extern "C" __global__ void adam_update(AdamTable table, int parameters, float beta1, float beta2, float rest1, float rest2,
                                       float epsilon, float rescale, float clip) {
  const int at = parameter_of_block(table, parameters);
  const Span span = table.spans[at];
  const AdamParameter parameter = table.parameters[at];
  const long long first = first_of_span(span);
  if (first >= span.count) return;
  Quad<float> w = load_quad<float>(parameter.weight, first, span.count);
  const Quad<float> gradients = load_quad(parameter.gradient, first, span.count);
  Quad<float> m = load_quad<float>(parameter.mean, first, span.count);
  Quad<float> v = load_quad<float>(parameter.variance, first, span.count);
  for (int i = 0; i < kElements; i++) {
    const float decayed = __fadd_rn(__fmul_rn(rescale, gradients.at[i]), __fmul_rn(parameter.wd, w.at[i]));
    const float g = clipped(decayed, clip);
    m.at[i] = __fadd_rn(__fmul_rn(beta1, m.at[i]), __fmul_rn(rest1, g));
    v.at[i] = __fadd_rn(__fmul_rn(beta2, v.at[i]), __fmul_rn(rest2, __fmul_rn(g, g)));
    const float divisor = __fadd_rn(__fsqrt_rn(v.at[i]), epsilon);
    w.at[i] = __fsub_rn(w.at[i], __fdiv_rn(__fmul_rn(parameter.rate, m.at[i]), divisor));
  }
  store_quad(parameter.mean, first, span.count, m);
  store_quad(parameter.variance, first, span.count, v);
  store_quad(parameter.weight, first, span.count, w);
}
