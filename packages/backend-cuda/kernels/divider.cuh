/** Division by a number that is known only at run time, as a multiplication; for dividends below 2^31. */
struct Divider {
  unsigned divisor;
  unsigned multiplier;
  unsigned shift;
};

/** Granlund and Montgomery, Division by Invariant Integers using Multiplication, figure 4.1. */
__device__ inline Divider divider_of(int by) {
  const unsigned divisor = by < 1 ? 1 : static_cast<unsigned>(by);
  unsigned shift = 0;
  while ((1ull << shift) < divisor) shift++;
  const unsigned long long multiplier = (((1ull << shift) - divisor) << 32) / divisor + 1;
  return {divisor, static_cast<unsigned>(multiplier), shift};
}

__device__ inline int quotient(const Divider& by, int dividend) {
  const unsigned x = static_cast<unsigned>(dividend);
  const unsigned high = static_cast<unsigned>((static_cast<unsigned long long>(x) * by.multiplier) >> 32);
  return static_cast<int>((high + x) >> by.shift);
}

/** The quotient; `dividend` becomes the remainder. */
__device__ inline int divide(const Divider& by, int& dividend) {
  const int result = quotient(by, dividend);
  dividend -= result * static_cast<int>(by.divisor);
  return result;
}
