// Kernels over spatial axes against loops in double precision, over random shapes. Takes the number of shapes; answers 1
// when anything is wrong.
#include "pool-check.h"
#include "spatial-check.h"

using check::Axis;
using check::Random;
using check::Verdict;

extern "C" {
int32_t camada_set_threads(int32_t count);
int32_t camada_depthwise_convolution(const double* fields, const float* x, const float* weight, const float* bias,
                                     float* y);
int32_t camada_depthwise_input_gradient(const double* fields, const float* dy, const float* y, const float* weight,
                                        float* dx);
int32_t camada_depthwise_weight_gradient(const double* fields, const float* x, const float* dy, const float* y,
                                         float* dw, float* db);
int32_t camada_depthwise_channels_last(const double* fields, const float* x, const float* weight, const float* bias,
                                       float* y);
int32_t camada_depthwise_channels_last_input_gradient(const double* fields, const float* dy, const float* weight,
                                                      float* dx);
int32_t camada_depthwise_channels_last_weight_gradient(const double* fields, const float* x, const float* dy,
                                                       float* dw);
}

namespace {

double activated(int kind, double x) {
  switch (kind) {
    case 1:
      return x > 0 ? x : 0;
    case 2:
      return 1 / (1 + std::exp(-x));
    case 3:
      return std::tanh(x);
    case 4:
      return std::log1p(std::exp(x));
    case 5:
      return x / (1 + std::fabs(x));
    default:
      return x;
  }
}

double derivative(int kind, double y) {
  switch (kind) {
    case 1:
      return y > 0 ? 1 : 0;
    case 2:
      return y * (1 - y);
    case 3:
      return 1 - y * y;
    case 4:
      return -std::expm1(-y);
    case 5:
      return (1 - std::fabs(y)) * (1 - std::fabs(y));
    default:
      return 1;
  }
}

struct Case {
  int64_t n, channels, multiplier;
  Axis d, h, w;
  int kind;

  int64_t in_size() const { return d.in * h.in * w.in; }
  int64_t out_size() const { return d.out * h.out * w.out; }
  int64_t taps() const { return d.kernel * h.kernel * w.kernel; }
  std::vector<double> fields() const {
    std::vector<double> all = {double(n), double(channels), double(channels * multiplier), double(channels)};
    for (int64_t Axis::*field : {&Axis::in, &Axis::out, &Axis::kernel, &Axis::stride, &Axis::pad, &Axis::dilation}) {
      for (const Axis* axis : {&d, &h, &w}) all.push_back(double(axis->*field));
    }
    all.push_back(kind);
    all.push_back(0);
    return all;
  }

  /** Calls `work(input element, output element, tap)` of one plane for all that belong together. */
  template <class Work>
  void each(Work&& work) const {
    for (int64_t od = 0, o = 0; od < d.out; od++) {
      for (int64_t oh = 0; oh < h.out; oh++) {
        for (int64_t ow = 0; ow < w.out; ow++, o++) {
          for (int64_t a = 0, t = 0; a < d.kernel; a++) {
            for (int64_t b = 0; b < h.kernel; b++) {
              for (int64_t c = 0; c < w.kernel; c++, t++) {
                const int64_t id = d.place(od, a), ih = h.place(oh, b), iw = w.place(ow, c);
                if (id < 0 || id >= d.in || ih < 0 || ih >= h.in || iw < 0 || iw >= w.in) continue;
                work((id * h.in + ih) * w.in + iw, o, t);
              }
            }
          }
        }
      }
    }
  }
};

Case random_case(Random& random) {
  Case c;
  c.n = random.whole(1, 3);
  c.channels = random.whole(1, 5);
  c.multiplier = random.whole(0, 2) == 0 ? random.whole(2, 3) : 1;
  const bool is_dilated = random.whole(0, 3) == 0;
  c.d = random.whole(0, 4) == 0 ? check::random_axis(random, 5, is_dilated) : check::one();
  c.h = random.whole(0, 9) == 0 ? check::one() : check::random_axis(random, 19, is_dilated);
  c.w = check::random_axis(random, 36, is_dilated);
  if (random.whole(0, 1) == 0) {
    // Square kernels have code of their own.
    c.h.kernel = c.w.kernel = random.whole(0, 1) == 0 ? 3 : 5;
    c.h.stride = c.w.stride = random.whole(1, 2);
    c.h.dilation = c.w.dilation = 1;
    for (Axis* axis : {&c.h, &c.w}) {
      axis->pad = axis->kernel / 2;
      axis->out = (axis->in - 1) / axis->stride + 1;
    }
  }
  // Wide enough for several strips.
  if (random.whole(0, 19) == 0) {
    c.h.in = random.whole(60, 130);
    c.h.out = (c.h.in + c.h.pad + c.h.kernel - (c.h.kernel - 1) * c.h.dilation - 1) / c.h.stride + 1;
    c.w.in = random.whole(60, 130);
    c.w.out = (c.w.in + c.w.pad + c.w.kernel - (c.w.kernel - 1) * c.w.dilation - 1) / c.w.stride + 1;
  }
  // As many channels as a vector has lanes, and more, take another way.
  if (random.whole(0, 2) == 0) {
    c.channels = random.whole(14, 37);
    c.n = random.whole(1, 2);
    c.multiplier = 1;
    c.d = check::one();
  }
  c.kind = static_cast<int>(random.whole(0, 5));
  return c;
}

/** `[batch, rows, columns]` with the last two axes exchanged. */
std::vector<float> exchanged(const std::vector<float>& from, int64_t batch, int64_t rows, int64_t columns) {
  std::vector<float> to(from.size());
  for (int64_t b = 0; b < batch; b++) {
    for (int64_t r = 0; r < rows; r++) {
      for (int64_t c = 0; c < columns; c++) to[(b * columns + c) * rows + r] = from[(b * rows + r) * columns + c];
    }
  }
  return to;
}

/** The same results come of channels-last tensors, where there is a kernel for each channel. */
void check_channels_last(uint64_t seed, Case c, const std::vector<float>& x, const std::vector<float>& weight,
                         const float* bias, const std::vector<float>& dy, Verdict& verdict) {
  if (c.multiplier != 1 || c.d.in != 1 || c.d.out != 1 || c.d.kernel != 1 || c.d.pad != 0) return;
  const auto compare = [&](const std::vector<float>& expected, const std::vector<float>& got, double scale) {
    for (size_t i = 0; i < got.size(); i++) verdict.near(expected[i], got[i], scale, seed, static_cast<int64_t>(i));
  };
  const std::vector<float> x_last = exchanged(x, c.n, c.channels, c.in_size());
  const std::vector<float> dy_last = exchanged(dy, c.n, c.channels, c.out_size());
  const std::vector<float> filter = exchanged(weight, 1, c.channels, c.taps());
  std::vector<float> y(dy.size()), y_last(dy.size()), dx(x.size()), dx_last(x.size()), dw(weight.size()),
      dw_last(weight.size()), db(static_cast<size_t>(c.channels));
  camada_depthwise_convolution(c.fields().data(), x.data(), weight.data(), bias, y.data());
  camada_depthwise_channels_last(c.fields().data(), x_last.data(), filter.data(), bias, y_last.data());
  compare(y, exchanged(y_last, c.n, c.out_size(), c.channels), std::sqrt(double(c.taps())));
  c.kind = 0;
  camada_depthwise_input_gradient(c.fields().data(), dy.data(), nullptr, weight.data(), dx.data());
  camada_depthwise_channels_last_input_gradient(c.fields().data(), dy_last.data(), filter.data(), dx_last.data());
  compare(dx, exchanged(dx_last, c.n, c.in_size(), c.channels), std::sqrt(double(c.taps())));
  camada_depthwise_weight_gradient(c.fields().data(), x.data(), dy.data(), nullptr, dw.data(), db.data());
  camada_depthwise_channels_last_weight_gradient(c.fields().data(), x_last.data(), dy_last.data(), dw_last.data());
  compare(dw, exchanged(dw_last, 1, c.taps(), c.channels), std::sqrt(double(c.n * c.out_size())));
}

void check_depthwise(uint64_t seed, Verdict& forward, Verdict& input, Verdict& weights, Verdict& last) {
  Random random(seed);
  const Case c = random_case(random);
  const std::vector<double> fields = c.fields();
  const int64_t kernels = c.channels * c.multiplier;
  const std::vector<float> x = random.reals(c.n * c.channels * c.in_size());
  const std::vector<float> weight = random.reals(kernels * c.taps());
  const std::vector<float> bias = random.reals(kernels);
  const std::vector<float> dy = random.reals(c.n * kernels * c.out_size());
  const bool has_bias = random.whole(0, 3) != 0;
  std::vector<float> y(dy.size()), dx(x.size()), dw(weight.size()), db(bias.size());
  camada_depthwise_convolution(fields.data(), x.data(), weight.data(), has_bias ? bias.data() : nullptr, y.data());
  const bool fuses = c.kind != 0;
  camada_depthwise_input_gradient(fields.data(), dy.data(), fuses ? y.data() : nullptr, weight.data(), dx.data());
  camada_depthwise_weight_gradient(fields.data(), x.data(), dy.data(), fuses ? y.data() : nullptr, dw.data(),
                                   db.data());
  check_channels_last(seed, c, x, weight, has_bias ? bias.data() : nullptr, dy, last);
  std::vector<double> ref_dw(dw.size()), ref_db(db.size());
  for (int64_t image = 0; image < c.n; image++) {
    for (int64_t channel = 0; channel < c.channels; channel++) {
      const int64_t plane = (image * c.channels + channel) * c.in_size();
      std::vector<double> ref_dx(static_cast<size_t>(c.in_size()));
      for (int64_t k = 0; k < c.multiplier; k++) {
        const int64_t kernel = channel * c.multiplier + k;
        const int64_t out = (image * kernels + kernel) * c.out_size();
        std::vector<double> z(static_cast<size_t>(c.out_size()), has_bias ? bias[kernel] : 0), dz(z);
        for (int64_t o = 0; o < c.out_size(); o++) {
          dz[o] = dy[out + o] * derivative(c.kind, y[out + o]);
          ref_db[kernel] += dz[o];
        }
        c.each([&](int64_t i, int64_t o, int64_t t) {
          z[o] += double(x[plane + i]) * weight[kernel * c.taps() + t];
          ref_dx[i] += dz[o] * weight[kernel * c.taps() + t];
          ref_dw[kernel * c.taps() + t] += dz[o] * x[plane + i];
        });
        for (int64_t o = 0; o < c.out_size(); o++) {
          forward.near(activated(c.kind, z[o]), y[out + o], std::sqrt(double(c.taps())), seed, out + o);
        }
      }
      for (int64_t i = 0; i < c.in_size(); i++) {
        input.near(ref_dx[i], dx[plane + i], std::sqrt(double(c.taps() * c.multiplier)), seed, plane + i);
      }
    }
  }
  const double scale = std::sqrt(double(c.n * c.out_size()));
  for (size_t i = 0; i < dw.size(); i++) weights.near(ref_dw[i], dw[i], scale, seed, static_cast<int64_t>(i));
  for (size_t i = 0; i < db.size(); i++) weights.near(ref_db[i], db[i], scale, seed, static_cast<int64_t>(i));
}

}  // namespace

int main(int count, char** arguments) {
  const uint64_t cases = count > 1 ? static_cast<uint64_t>(std::atoll(arguments[1])) : 500;
  camada_set_threads(3);
  Verdict forward("depthwise"), last("depthwise, channels last"), input("depthwise, input gradient"), weights("depthwise, weight gradient");
  for (uint64_t seed = 1; seed <= cases; seed++) check_depthwise(seed, forward, input, weights, last);
  Verdict pool("pool"), pool_gradient("pool, gradient");
  for (uint64_t seed = 1; seed <= cases; seed++) check::check_pool(seed, pool, pool_gradient);
  bool all = forward.passed();
  all &= input.passed();
  all &= last.passed();
  all &= weights.passed();
  all &= pool.passed();
  all &= pool_gradient.passed();
  return all ? 0 : 1;
}
