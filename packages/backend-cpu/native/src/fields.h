// The array of numbers that every exported function takes, read from front to back.
#pragma once
#include <cstdint>

namespace camada {

/** tfjs tensors have at most 6 axes, some kernels split each in two and add two. */
constexpr int64_t kMaxRank = 16;

enum class ElementType : int32_t { kFloat = 0, kInt = 1, kBool = 2 };

class Fields {
 public:
  explicit Fields(const double* first) : next_(first) {}

  double number() { return *next_++; }
  int64_t integer() { return static_cast<int64_t>(*next_++); }
  bool flag() { return *next_++ != 0; }
  ElementType type() { return static_cast<ElementType>(integer()); }
  void integers(int64_t* to, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i] = integer();
  }
  /** An address among the numbers, for functions that take any number of tensors. */
  template <class Element>
  Element* pointer() {
    return reinterpret_cast<Element*>(static_cast<uintptr_t>(*next_++));
  }

 private:
  const double* next_;
};

}  // namespace camada
