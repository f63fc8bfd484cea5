// Compares products and convolutions of random shapes with float64 and checks that threads do not change a bit.
//
//   gemm-check [cases] [seed] [arithmetic]
//
// With a code of camada::ArithmeticCode, every other case has that arithmetic. Its inputs are bfloat16, so that only
// their sum is rounded; where the derivative of an activation spoils that, errors of bfloat16 are allowed.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "gemm-cases.h"

extern "C" {
int32_t camada_set_threads(int32_t count);
int32_t camada_cpu_features();
int32_t camada_convolution(const double*, const float*, const float*, const float*, float*);
int32_t camada_convolution_input_gradient(const double*, const float*, const float*, const float*, float*);
int32_t camada_convolution_weight_gradient(const double*, const float*, const float*, const float*, float*, float*);
int32_t camada_matrix_product(const double*, const float*, const float*, const float*, float*);
int32_t camada_dense_input_gradient(const double*, const float*, const float*, const float*, float*);
int32_t camada_dense_weight_gradient(const double*, const float*, const float*, const float*, float*, float*);
}

namespace {

using reference::Sum;

int failures = 0;
double worst_of_all = 0;

/** Runs `kernel(out)` with 1 and with 3 threads into memory of garbage; the results must be the same bits. */
template <class Kernel>
std::vector<float> run(const char* name, int64_t count, Kernel kernel) {
  std::vector<float> results[2];
  for (int i = 0; i < 2; i++) {
    camada_set_threads(i == 0 ? 1 : 3);
    results[i].assign(static_cast<size_t>(count), NAN);
    const int32_t status = kernel(results[i].data());
    if (status != 0) {
      std::printf("%s answers status %d\n", name, status);
      failures++;
    }
  }
  if (count > 0 && std::memcmp(results[0].data(), results[1].data(), results[0].size() * sizeof(float)) != 0) {
    std::printf("%s depends on the number of threads\n", name);
    failures++;
  }
  return results[0];
}

bool expect_close(const char* name, const std::vector<float>& got, const std::vector<Sum>& sums,
                  double allowed = 1) {
  std::vector<double> exact, magnitude;
  for (const Sum& sum : sums) {
    exact.push_back(sum.value);
    magnitude.push_back(sum.magnitude);
  }
  const double error = reference::worst_error(got, exact, magnitude) / allowed;
  worst_of_all = std::max(worst_of_all, error);
  if (error <= 1) return true;
  std::printf("%s: error %.3g times what rounding may cause\n", name, error);
  failures++;
  return false;
}

void activate(std::vector<Sum>& sums, int activation) {
  for (Sum& sum : sums) sum.value = reference::activated(activation, sum.value);
}

std::vector<Sum> zeros(int64_t count) { return std::vector<Sum>(static_cast<size_t>(count)); }

void print(const reference::Convolution& c) {
  std::printf("  convolution");
  for (const double field : c.fields()) std::printf(" %g", field);
  std::printf("\n");
}

void check_convolution(const reference::Convolution& c) {
  const auto f = c.fields();
  const auto x = random_inputs(c.n * c.c_in * c.plane(), c.arithmetic);
  const auto weight = random_inputs(c.c_out * c.group_in() * c.taps(), c.arithmetic);
  const auto bias = random_values(c.c_out);
  const bool has_bias = below(4) > 0;
  bool ok = true;

  auto sums = zeros(c.n * c.c_out * c.positions());
  for (size_t i = 0; i < sums.size() && has_bias; i++) {
    sums[i].add(bias[i / static_cast<size_t>(c.positions()) % static_cast<size_t>(c.c_out)]);
  }
  c.for_each_product([&](int64_t xi, int64_t wi, int64_t yi) {
    sums[size_t(yi)].add(double(x[size_t(xi)]) * weight[size_t(wi)]);
  });
  activate(sums, c.activation);
  const auto y = run("forward", int64_t(sums.size()), [&](float* out) {
    return camada_convolution(f.data(), x.data(), weight.data(), has_bias ? bias.data() : nullptr, out);
  });
  ok = expect_close("forward", y, sums) && ok;

  const auto dy = random_inputs(int64_t(y.size()), c.arithmetic);
  const double allowed = tolerance(c.arithmetic, c.activation);
  std::vector<double> dz(dy.size());
  for (size_t i = 0; i < dz.size(); i++) dz[i] = dy[i] * reference::derivative(c.activation, y[i]);
  const float* y_or_null = c.activation == 0 ? nullptr : y.data();
  auto dx = zeros(int64_t(x.size()));
  auto dw = zeros(int64_t(weight.size()));
  auto db = zeros(c.c_out);
  c.for_each_product([&](int64_t xi, int64_t wi, int64_t yi) {
    dx[size_t(xi)].add(dz[size_t(yi)] * weight[size_t(wi)]);
    dw[size_t(wi)].add(dz[size_t(yi)] * x[size_t(xi)]);
  });
  for (size_t i = 0; i < dz.size(); i++) db[i / size_t(c.positions()) % size_t(c.c_out)].add(dz[i]);
  ok = expect_close("input gradient", run("input gradient", int64_t(dx.size()), [&](float* out) {
    return camada_convolution_input_gradient(f.data(), dy.data(), y_or_null, weight.data(), out);
  }), dx, allowed) && ok;
  std::vector<float> bias_gradient(size_t(c.c_out), NAN);
  ok = expect_close("weight gradient", run("weight gradient", int64_t(dw.size()), [&](float* out) {
    return camada_convolution_weight_gradient(f.data(), x.data(), dy.data(), y_or_null, out, bias_gradient.data());
  }), dw, allowed) && ok;
  ok = expect_close("bias gradient", bias_gradient, db) && ok;
  if (!ok) print(c);
}

/** A matrix of `[rows, columns]` in memory of its own, in either order and perhaps with gaps. */
struct Strides {
  int64_t row, column, batch;
};

Strides random_strides(int64_t rows, int64_t columns) {
  const int64_t gap = below(3) == 0 ? below(4) : 0;
  if (below(2) == 0) return {columns + gap, 1, rows * (columns + gap)};
  return {1, rows + gap, columns * (rows + gap)};
}

void check_product() {
  const bool is_long = below(8) == 0;
  const int64_t batch = is_long ? between(1, 2) : between(1, 4);
  const int64_t m = between(1, is_long ? 20 : 70);
  const int64_t n = between(1, is_long ? 20 : 130);
  const int64_t k = is_long ? between(1000, 3000) : between(0, 90);
  const int activation = static_cast<int>(below(6));
  const Strides sa = random_strides(m, k), sb = random_strides(k, n), sc = random_strides(m, n);
  const int arithmetic = random_arithmetic();
  const auto a = random_inputs(batch * sa.batch, arithmetic);
  const auto b = random_inputs(batch * sb.batch, arithmetic);
  const auto bias = random_values(n);
  const bool has_bias = below(2) == 0;
  const std::vector<double> f = {double(batch), double(m), double(n), double(k), double(sa.row), double(sa.column),
                                 double(sa.batch), double(sb.row), double(sb.column), double(sb.batch), double(sc.row),
                                 double(sc.column), double(sc.batch), double(activation), double(arithmetic)};
  const auto got = run("product", batch * sc.batch, [&](float* out) {
    std::fill_n(out, batch * sc.batch, 7.0f);
    return camada_matrix_product(f.data(), a.data(), b.data(), has_bias ? bias.data() : nullptr, out);
  });
  // Gaps stay as they were.
  auto sums = zeros(batch * sc.batch);
  for (Sum& sum : sums) sum.value = 7;
  for (int64_t i = 0; i < batch * m * n; i++) {
    const int64_t row = i / n % m, column = i % n, member = i / n / m;
    Sum sum;
    if (has_bias) sum.add(bias[size_t(column)]);
    for (int64_t s = 0; s < k; s++) {
      sum.add(double(a[size_t(member * sa.batch + row * sa.row + s * sa.column)]) *
              b[size_t(member * sb.batch + s * sb.row + column * sb.column)]);
    }
    sum.value = reference::activated(activation, sum.value);
    sums[size_t(member * sc.batch + row * sc.row + column * sc.column)] = sum;
  }
  if (expect_close("product", got, sums)) return;
  std::printf("  product %ld %ld %ld %ld\n", long(batch), long(m), long(n), long(k));
}

void check_dense() {
  const int64_t n = between(0, 20), in_units = between(1, 300), units = between(1, 40);
  const int activation = static_cast<int>(below(6));
  const int arithmetic = random_arithmetic();
  const double allowed = tolerance(arithmetic, activation);
  const auto x = random_inputs(n * in_units, arithmetic), weight = random_inputs(units * in_units, arithmetic);
  const auto dy = random_inputs(n * units, arithmetic);
  auto y = random_values(n * units);
  for (float& value : y) value = static_cast<float>(reference::activated(activation, value));
  const std::vector<double> f = {double(n), double(in_units), double(units), double(activation), double(arithmetic)};
  auto dx = zeros(n * in_units), dw = zeros(units * in_units), db = zeros(units);
  for (int64_t i = 0; i < n * units; i++) {
    const double dz = dy[size_t(i)] * reference::derivative(activation, y[size_t(i)]);
    db[size_t(i % units)].add(dz);
    for (int64_t j = 0; j < in_units; j++) {
      dx[size_t(i / units * in_units + j)].add(dz * weight[size_t(i % units * in_units + j)]);
      dw[size_t(i % units * in_units + j)].add(dz * x[size_t(i / units * in_units + j)]);
    }
  }
  expect_close("dense input gradient", run("dense input gradient", n * in_units, [&](float* out) {
    return camada_dense_input_gradient(f.data(), dy.data(), y.data(), weight.data(), out);
  }), dx, allowed);
  std::vector<float> bias_gradient(size_t(units), NAN);
  expect_close("dense weight gradient", run("dense weight gradient", units * in_units, [&](float* out) {
    return camada_dense_weight_gradient(f.data(), x.data(), dy.data(), y.data(), out, bias_gradient.data());
  }), dw, allowed);
  expect_close("dense bias gradient", bias_gradient, db);
}

/** Ties go to the even neighbour, in both operands; products of float32 would keep the difference. */
void check_rounding() {
  constexpr int64_t kSize = 32;
  const float rounded = 1 + 4.0f / 256;
  // The first number of every row and column counts alone: one rounds up, the other down to 1.
  std::vector<float> a(kSize * kSize), b(kSize * kSize);
  for (size_t i = 0; i < kSize; i++) {
    a[i * kSize] = 1 + 3.0f / 256;
    b[i] = 1 + 1.0f / 256;
  }
  const double n = kSize;
  const std::vector<double> f = {1, n, n, n, n, 1, 0, n, 1, 0, n, 1, 0, 0, double(checked_arithmetic)};
  const auto c = run("rounding", kSize * kSize, [&](float* out) {
    return camada_matrix_product(f.data(), a.data(), b.data(), nullptr, out);
  });
  for (const float value : c) {
    if (value == rounded) continue;
    std::printf("bfloat16: expected %.9g, got %.9g\n", double(rounded), double(value));
    failures++;
    return;
  }
}

}  // namespace

int main(int count, char** arguments) {
  const int cases = count > 1 ? std::atoi(arguments[1]) : 400;
  source.seed(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  checked_arithmetic = count > 3 ? std::atoi(arguments[3]) : 0;
  // Only who asks for tiles may use them.
  camada_cpu_features();
  if (checked_arithmetic != 0) check_rounding();
  for (auto convolution : kFixed) {
    check_convolution(convolution);
    convolution.arithmetic = checked_arithmetic;
    if (checked_arithmetic != 0) check_convolution(convolution);
  }
  for (int i = 0; i < cases; i++) {
    check_convolution(random_convolution());
    check_product();
    check_dense();
  }
  std::printf("%d cases, %d failures, worst error %.3f of what rounding may cause\n", cases, failures, worst_of_all);
  return failures == 0 ? 0 : 1;
}
