// Functions of two tensors, element by element, with broadcasting.
#include "binary-functions.h"
#include "broadcast.h"
#include "element-wise.h"
#include "fields.h"
#include "status.h"

namespace camada {
namespace {

/** Numbered as in `src/native/standard/binary.ts`. */
enum class BinaryOp : int32_t {
  kAdd = 0,
  kSubtract = 1,
  kMultiply = 2,
  kDivide = 3,
  kMaximum = 4,
  kMinimum = 5,
  kSquaredDifference = 6,
  kPower = 7,
  kModulo = 8,
  kFloorDivide = 9,
  kArcTangent2 = 10,
  kParametricRelu = 11,
  kBitwiseAnd = 12,
  kEqual = 13,
  kNotEqual = 14,
  kGreater = 15,
  kGreaterEqual = 16,
  kLess = 17,
  kLessEqual = 18,
  kLogicalAnd = 19,
  kLogicalOr = 20,
};

template <Store kStore, class From, class To, class Function>
void write_row(RowKind kind, const From* a, const From* b, To* y, int64_t count) {
  constexpr Function function{};
  if (kind == RowKind::kBoth) {
    combine_elements<kStore>(a, b, y, count, function);
  } else if (kind == RowKind::kScalarB) {
    const auto repeated = splat_lanes(*b);
    map_elements<kStore>(a, y, count, [&](Lanes<From> value) { return function(value, repeated); });
  } else {
    const auto repeated = splat_lanes(*a);
    map_elements<kStore>(b, y, count, [&](Lanes<From> value) { return function(repeated, value); });
  }
}

template <class From, class To, class Function>
void binary_row(RowKind kind, Store store, const void* a, const void* b, void* y, int64_t count) {
  const auto* left = static_cast<const From*>(a);
  const auto* right = static_cast<const From*>(b);
  auto* to = static_cast<To*>(y);
  if constexpr (std::is_same_v<To, float>) {
    if (store == Store::kPastCaches) {
      write_row<Store::kPastCaches, From, To, Function>(kind, left, right, to, count);
      return;
    }
  }
  write_row<Store::kOrdinary, From, To, Function>(kind, left, right, to, count);
}

/** The row function of an operation, null where there is none for the type. */
struct Choice {
  BinaryRow row = nullptr;
  BinarySizes sizes{};

  template <class From, class To, class Function>
  static Choice of() {
    return {binary_row<From, To, Function>, {sizeof(From), sizeof(To)}};
  }
};

template <class Element>
Choice comparison(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEqual: return Choice::of<Element, uint8_t, Equal>();
    case BinaryOp::kNotEqual: return Choice::of<Element, uint8_t, NotEqual>();
    case BinaryOp::kGreater: return Choice::of<Element, uint8_t, Greater>();
    case BinaryOp::kGreaterEqual: return Choice::of<Element, uint8_t, GreaterEqual>();
    case BinaryOp::kLess: return Choice::of<Element, uint8_t, Less>();
    case BinaryOp::kLessEqual: return Choice::of<Element, uint8_t, LessEqual>();
    default: return {};
  }
}

template <class Element>
Choice arithmetic(BinaryOp op) {
  switch (op) {
    case BinaryOp::kAdd: return Choice::of<Element, Element, Add>();
    case BinaryOp::kSubtract: return Choice::of<Element, Element, Subtract>();
    case BinaryOp::kMultiply: return Choice::of<Element, Element, Multiply>();
    case BinaryOp::kMaximum: return Choice::of<Element, Element, Maximum>();
    case BinaryOp::kMinimum: return Choice::of<Element, Element, Minimum>();
    case BinaryOp::kSquaredDifference: return Choice::of<Element, Element, SquaredDifference>();
    case BinaryOp::kPower: return Choice::of<Element, Element, Power>();
    case BinaryOp::kModulo: return Choice::of<Element, Element, Modulo>();
    case BinaryOp::kFloorDivide: return Choice::of<Element, int32_t, FloorDivide>();
    default: return comparison<Element>(op);
  }
}

Choice choose(BinaryOp op, ElementType type) {
  if (type == ElementType::kFloat) {
    switch (op) {
      case BinaryOp::kDivide: return Choice::of<float, float, Divide>();
      case BinaryOp::kArcTangent2: return Choice::of<float, float, ArcTangent2>();
      case BinaryOp::kParametricRelu: return Choice::of<float, float, ParametricRelu>();
      default: return arithmetic<float>(op);
    }
  }
  if (type == ElementType::kInt) {
    return op == BinaryOp::kBitwiseAnd ? Choice::of<int32_t, int32_t, BitwiseAnd>() : arithmetic<int32_t>(op);
  }
  switch (op) {
    case BinaryOp::kLogicalAnd: return Choice::of<uint8_t, uint8_t, LogicalAnd>();
    case BinaryOp::kLogicalOr: return Choice::of<uint8_t, uint8_t, LogicalOr>();
    default: return comparison<uint8_t>(op);
  }
}

}  // namespace
}  // namespace camada

/** `y = op(a, b)`. Fields: `op, type of a and b, rank, extents of a, extents of b`. */
CAMADA_EXPORT int32_t camada_binary(const double* numbers, const void* a, const void* b, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const auto op = static_cast<BinaryOp>(fields.integer());
  const Choice choice = choose(op, fields.type());
  if (choice.row == nullptr) return kUnsupported;
  Broadcast shape;
  if (const Status status = shape.read(fields); status != kOk) return status;
  return run_binary(shape, choice.sizes, choice.row, a, b, y);
}
