// Batch normalization of tensors `[outer, channels, inner]`: statistics of every channel, the normalization by them, and its
// gradient. A channel's elements are shared out over several blocks, whose results are merged in double precision in an
// order that depends on shapes alone.
#include "elements.cuh"
#include "group.cuh"

constexpr int kThreads = 256;

struct Channels {
  int outer;
  int channels;
  int inner;
};

/** Where an element of the block's channel lies. */
__device__ __forceinline__ long long place_of(const Channels& shape, int index) {
  const int outer = index / shape.inner;
  const long long row = static_cast<long long>(outer) * shape.channels + blockIdx.x;
  return row * shape.inner + (index - outer * shape.inner);
}

/** The elements of a channel that a block takes: from `begin` to before `end`. */
struct Part {
  int begin;
  int end;
};

__device__ __forceinline__ Part own_part(const Channels& shape, int part) {
  const int elements = shape.outer * shape.inner;
  const int begin = static_cast<int>(blockIdx.y) * part;
  return {begin, elements - begin < part ? elements : begin + part};
}

/** Mean and sum of squared distances from it, `[part, channel]`. */
struct Moments {
  double mean;
  double squares;
};

/** Differences from the first element of the part keep their digits, however far from 0 the channel lies. */
extern "C" __global__ void __launch_bounds__(kThreads)
    moment_parts(const float* x, Moments* to, Channels shape, int part) {
  __shared__ float held[kMaxWarps];
  const Part own = own_part(shape, part);
  const int count = own.end - own.begin;
  const float origin = x[place_of(shape, own.begin)];
  float sum = 0.0f;
  for (int i = own.begin + static_cast<int>(threadIdx.x); i < own.end; i += kThreads) {
    sum += x[place_of(shape, i)] - origin;
  }
  sum = combine_group(sum, false, held, Addition());
  const double exact = static_cast<double>(sum) / count;
  const float center = static_cast<float>(exact);
  float squares = 0.0f;
  for (int i = own.begin + static_cast<int>(threadIdx.x); i < own.end; i += kThreads) {
    const float distance = (x[place_of(shape, i)] - origin) - center;
    squares += distance * distance;
  }
  squares = combine_group(squares, false, held, Addition());
  if (threadIdx.x != 0) return;
  const double off = exact - static_cast<double>(center);
  const double rest = static_cast<double>(squares) - off * off * count;
  to[static_cast<long long>(blockIdx.y) * shape.channels + blockIdx.x] = {static_cast<double>(origin) + exact,
                                                                         rest < 0.0 ? 0.0 : rest};
}

/** What is multiplied with the distance from the mean. */
__device__ __forceinline__ double slope_of(double variance, const float* gamma, int channel, float epsilon) {
  const double scale = gamma == nullptr ? 1.0 : static_cast<double>(gamma[channel]);
  return scale / sqrt(variance + static_cast<double>(epsilon));
}

/** Mean and biased variance of every channel; NaN without elements. */
extern "C" __global__ void merge_moments(const Moments* from, float* mean, float* variance, Channels shape, int part,
                                         int parts) {
  const int channel = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (channel >= shape.channels) return;
  const int elements = shape.outer * shape.inner;
  double center = 0.0;
  double squares = 0.0;
  double count = 0.0;
  for (int i = 0; i < parts; i++) {
    const Moments own = from[static_cast<long long>(i) * shape.channels + channel];
    const double added = elements - i * part < part ? elements - i * part : part;
    const double distance = own.mean - center;
    const double total = count + added;
    center += distance * added / total;
    squares += own.squares + distance * distance * count * added / total;
    count = total;
  }
  mean[channel] = elements == 0 ? __int_as_float(0x7fc00000) : static_cast<float>(center);
  variance[channel] = static_cast<float>(squares / count);
}

/** `gamma / sqrt(variance + epsilon)` of every channel; `gamma` may be null. */
extern "C" __global__ void channel_slopes(const float* variance, const float* gamma, float* to, int channels,
                                          float epsilon) {
  const int channel = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (channel < channels) to[channel] = static_cast<float>(slope_of(variance[channel], gamma, channel, epsilon));
}

/** The channels of neighbouring elements, one after the other. */
struct Walk {
  const Channels& shape;
  int channel;
  int column;

  __device__ __forceinline__ Walk(const Channels& shape, long long first) : shape(shape) {
    const long long row = first / shape.inner;
    column = static_cast<int>(first - row * shape.inner);
    channel = static_cast<int>(row % shape.channels);
  }

  __device__ __forceinline__ void go_on() {
    if (++column < shape.inner) return;
    column = 0;
    if (++channel == shape.channels) channel = 0;
  }
};

/** `(x - mean) * slope + beta`; `beta` may be null. */
extern "C" __global__ void normalize(const float* x, const float* mean, const float* slopes, const float* beta, float* to,
                                     long long count, Channels shape) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<float> arguments = load_quad(x, first, count);
  Quad<float> results;
  Walk at(shape, first);
  for (int i = 0; i < kElements; i++) {
    const float scaled = (arguments.at[i] - mean[at.channel]) * slopes[at.channel];
    results.at[i] = beta == nullptr ? scaled : scaled + beta[at.channel];
    at.go_on();
  }
  store_quad(to, first, count, results);
}

/** Sums of `dy` and of `dy (x - mean)`, `[part, channel]`. */
struct GradientSums {
  float plain;
  float weighted;
};

extern "C" __global__ void __launch_bounds__(kThreads)
    gradient_parts(const float* dy, const float* x, const float* mean, GradientSums* to, Channels shape, int part) {
  __shared__ float held[kMaxWarps];
  const Part own = own_part(shape, part);
  const float center = mean[blockIdx.x];
  float plain = 0.0f;
  float weighted = 0.0f;
  for (int i = own.begin + static_cast<int>(threadIdx.x); i < own.end; i += kThreads) {
    const long long place = place_of(shape, i);
    plain += dy[place];
    weighted += dy[place] * (x[place] - center);
  }
  plain = combine_group(plain, false, held, Addition());
  weighted = combine_group(weighted, false, held, Addition());
  if (threadIdx.x == 0) to[static_cast<long long>(blockIdx.y) * shape.channels + blockIdx.x] = {plain, weighted};
}

/** `dx = slope dy - tilt (x - mean) - shift`, of every channel. */
struct Factors {
  float slope;
  float tilt;
  float shift;
};

extern "C" __global__ void merge_gradient(const GradientSums* from, const float* variance, const float* gamma,
                                          float* d_gamma, float* d_beta, Factors* factors, Channels shape, int parts,
                                          float epsilon, int is_of_batch) {
  const int channel = static_cast<int>(blockIdx.x) * blockDim.x + threadIdx.x;
  if (channel >= shape.channels) return;
  double plain = 0.0;
  double weighted = 0.0;
  for (int i = 0; i < parts; i++) {
    const GradientSums own = from[static_cast<long long>(i) * shape.channels + channel];
    plain += own.plain;
    weighted += own.weighted;
  }
  const double root = slope_of(variance[channel], nullptr, channel, epsilon);
  const double slope = root * static_cast<double>(gamma[channel]);
  const double elements = static_cast<double>(shape.outer) * shape.inner;
  d_beta[channel] = static_cast<float>(plain);
  d_gamma[channel] = static_cast<float>(weighted * root);
  Factors own{static_cast<float>(slope), 0.0f, 0.0f};
  if (is_of_batch != 0 && elements > 0.0) {
    own.tilt = static_cast<float>(slope * root * root * weighted / elements);
    own.shift = static_cast<float>(slope * plain / elements);
  }
  factors[channel] = own;
}

extern "C" __global__ void apply_gradient(const float* dy, const float* x, const float* mean, const Factors* factors,
                                          float* dx, long long count, Channels shape) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<float> gradients = load_quad(dy, first, count);
  const Quad<float> arguments = load_quad(x, first, count);
  Quad<float> results;
  Walk at(shape, first);
  for (int i = 0; i < kElements; i++) {
    const Factors own = factors[at.channel];
    const float distance = arguments.at[i] - mean[at.channel];
    results.at[i] = own.slope * gradients.at[i] - own.tilt * distance - own.shift;
    at.go_on();
  }
  store_quad(dx, first, count, results);
}
