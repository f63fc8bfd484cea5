// Winograd's minimal filtering along one axis: two outputs of a filter with three or five taps from products at four or
// six points (Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray, Fast Algorithms for Convolutional
// Neural Networks, 2016). A tile of 2 x 2 outputs then takes 16 products instead of 36, or 36 instead of 100.
//
// With y = A'[(G w) . (B'x)], every method below applies one of these matrices. The points are 0, 1, -1 and infinity, for
// five taps 2 and -1/2 besides: of all small sets the one whose rounding errors stay closest to those of a plain sum
// (Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution, 2020). Rows of B' are scaled so
// that few multiplications are left; G bears the inverse.
#pragma once
#include "winograd-gradient-tile.h"

namespace camada {

/** `sum + factor * x` with one rounding. */
inline Floats plus_multiple(Floats sum, float factor, Floats x) { return fma(splat(factor), x, sum); }

/**
 * Applies `along`, which makes `kOut` values of `kIn`, down the columns of a square and then along its rows:
 * `write(i, j, value)` gets what it makes of `read(i, j)`.
 */
template <class T, int kIn, int kOut, class Along, class Read, class Write>
__attribute__((always_inline)) inline void transform_square(Along along, Read read, Write write) {
  T columns[kIn][kOut];
#pragma GCC unroll 6
  for (int j = 0; j < kIn; j++) {
    T column[kIn];
#pragma GCC unroll 6
    for (int i = 0; i < kIn; i++) column[i] = read(i, j);
    along(column, columns[j]);
  }
#pragma GCC unroll 6
  for (int i = 0; i < kOut; i++) {
    T row[kIn], values[kOut];
#pragma GCC unroll 6
    for (int j = 0; j < kIn; j++) row[j] = columns[j][i];
    along(row, values);
#pragma GCC unroll 6
    for (int j = 0; j < kOut; j++) write(i, j, values[j]);
  }
}

template <int kTaps>
struct WinogradTransform;

template <>
struct WinogradTransform<3> {
  static constexpr int kPoints = 4;

  /** Values of the filter at the points: `G w`. */
  template <class T>
  static void weight(const T* w, T* g) {
    const T even = 0.5 * (w[0] + w[2]);
    const T odd = 0.5 * w[1];
    g[0] = w[0];
    g[1] = even + odd;
    g[2] = even - odd;
    g[3] = w[2];
  }

  /** `G's`: the gradient of the filter from those of its values. */
  static void weight_gradient(const double* s, double* w) {
    const double sum = 0.5 * (s[1] + s[2]);
    w[0] = s[0] + sum;
    w[1] = 0.5 * (s[1] - s[2]);
    w[2] = sum + s[3];
  }

  /** `B'x`. */
  static void input(const Floats* x, Floats* v) {
    v[0] = x[0] - x[2];
    v[1] = x[1] + x[2];
    v[2] = x[2] - x[1];
    v[3] = x[3] - x[1];
  }

  /** `B v`: the gradient of the input. */
  static void input_gradient(const Floats* v, Floats* x) {
    x[0] = v[0];
    x[1] = v[1] - v[2] - v[3];
    x[2] = v[1] + v[2] - v[0];
    x[3] = v[3];
  }

  /** `A'm`. */
  static void output(const Floats* m, Floats* y) {
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] + m[3];
  }

  /** `A`: the gradients of the products from those of the two outputs. */
  static constexpr PointOfCorners kOutputGradient[] = {{true, false, 0}, {true, true, 1}, {true, true, -1}, {false, true, 0}};
};

template <>
struct WinogradTransform<5> {
  static constexpr int kPoints = 6;

  template <class T>
  static void weight(const T* w, T* g) {
    const T even = (w[0] + w[2] + w[4]) / 3;
    const T odd = (w[1] + w[3]) / 3;
    g[0] = w[0];
    g[1] = -even - odd;
    g[2] = even - odd;
    g[3] = (w[0] + 2 * w[1] + 4 * w[2] + 8 * w[3] + 16 * w[4]) / 30;
    g[4] = (16 * w[0] - 8 * w[1] + 4 * w[2] - 2 * w[3] + w[4]) / 15;
    g[5] = w[4];
  }

  static void weight_gradient(const double* s, double* w) {
    const double even = (s[2] - s[1]) / 3;
    const double odd = -(s[1] + s[2]) / 3;
    const double two = s[3] / 30;
    const double half = s[4] / 15;
    w[0] = s[0] + even + two + 16 * half;
    w[1] = odd + 2 * two - 8 * half;
    w[2] = even + 4 * two + 4 * half;
    w[3] = odd + 8 * two - 2 * half;
    w[4] = even + 16 * two + half + s[5];
  }

  static void input(const Floats* x, Floats* v) {
    const Floats u = x[3] - x[1];
    const Floats t = x[4] - x[2];
    // The points 1 and -1 share the factor (z - 2)(z + 1/2).
    const Floats first = plus_multiple(u, -1.5f, x[2]);
    const Floats second = plus_multiple(t, -1.5f, x[3]);
    v[0] = plus_multiple((x[0] - x[2]) + t, -1.5f, u);
    v[1] = second + first;
    v[2] = second - first;
    v[3] = plus_multiple(u, 2.0f, t);
    v[4] = plus_multiple(-t, 2.0f, u);
    v[5] = plus_multiple((x[5] - x[3]) - u, -1.5f, t);
  }

  static void input_gradient(const Floats* v, Floats* x) {
    const Floats first = v[1] - v[2];
    const Floats second = v[1] + v[2];
    const Floats u = plus_multiple(plus_multiple(first + v[3] - v[5], 2.0f, v[4]), -1.5f, v[0]);
    const Floats t = plus_multiple(plus_multiple(second - v[4] + v[0], 2.0f, v[3]), -1.5f, v[5]);
    x[0] = v[0];
    x[1] = -u;
    x[2] = plus_multiple(-t - v[0], -1.5f, first);
    x[3] = plus_multiple(u - v[5], -1.5f, second);
    x[4] = t;
    x[5] = v[5];
  }

  static void output(const Floats* m, Floats* y) {
    y[0] = (m[0] + m[1]) + (m[2] + m[3]) + m[4];
    y[1] = plus_multiple(plus_multiple((m[1] - m[2]) + m[5], 2.0f, m[3]), -0.5f, m[4]);
  }

  static constexpr PointOfCorners kOutputGradient[] = {{true, false, 0}, {true, true, 1},     {true, true, -1},
                                                       {true, true, 2},  {true, true, -0.5f}, {false, true, 0}};
};

}  // namespace camada
