// Functions of one tensor, element by element.
#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"
#include "unary-functions.h"

namespace camada {
namespace {

/** Numbered as in `src/native/standard/unary.ts`. */
enum class UnaryOp : int32_t {
  kNegate = 0,
  kAbsolute = 1,
  kSquare = 2,
  kSquareRoot = 3,
  kReciprocalSquareRoot = 4,
  kReciprocal = 5,
  kExponential = 6,
  kExponentialMinusOne = 7,
  kLogarithm = 8,
  kLogarithmOfOnePlus = 9,
  kSigmoid = 10,
  kHyperbolicTangent = 11,
  kSoftrelu = 12,
  kSoftsign = 13,
  kErrorFunction = 14,
  kRelu = 15,
  kRelu6 = 16,
  kLeakyRelu = 17,
  kElu = 18,
  kSelu = 19,
  kStep = 20,
  kSign = 21,
  kFloor = 22,
  kCeil = 23,
  kRound = 24,
  kClip = 25,
  kIsNan = 26,
  kIsFinite = 27,
  kIsInfinite = 28,
  kLogicalNot = 29,
  kSine = 30,
  kCosine = 31,
  kTangent = 32,
  kArcSine = 33,
  kArcCosine = 34,
  kArcTangent = 35,
  kHyperbolicSine = 36,
  kHyperbolicCosine = 37,
  kInverseHyperbolicSine = 38,
  kInverseHyperbolicCosine = 39,
  kInverseHyperbolicTangent = 40,
};

/** What a function is applied to, with its numbers: slopes and bounds. */
struct Task {
  const void* x;
  void* y;
  int64_t count;
  double first;
  double second;

  template <class From, class To, class Function, Store kStore = Store::kOrdinary>
  Status run(Function function) const {
    const auto* from = static_cast<const From*>(x);
    auto* to = static_cast<To*>(y);
    parallel_ranges(count, kGrain, [&](int64_t begin, int64_t end, int32_t) {
      map_elements<kStore>(from + begin, to + begin, end - begin, function);
      finish_stores(kStore);
    });
    return kOk;
  }

  template <class Function>
  Status floats(Function function) const {
    return run<float, float>(function);
  }

  /** A function that is done before its argument has come from memory. */
  template <class Function>
  Status cheap(Function function) const {
    const bool is_large = count * static_cast<int64_t>(sizeof(float)) >= kLargeResultBytes;
    return is_large ? run<float, float, Function, Store::kPastCaches>(function) : floats(function);
  }
};

Status run_rare(UnaryOp op, const Task& task) {
  switch (op) {
    case UnaryOp::kSine: return task.floats(InDouble<std::sin>());
    case UnaryOp::kCosine: return task.floats(InDouble<std::cos>());
    case UnaryOp::kTangent: return task.floats(InDouble<std::tan>());
    case UnaryOp::kArcSine: return task.floats(InDouble<std::asin>());
    case UnaryOp::kArcCosine: return task.floats(InDouble<std::acos>());
    case UnaryOp::kArcTangent: return task.floats(InDouble<std::atan>());
    case UnaryOp::kHyperbolicSine: return task.floats(InDouble<std::sinh>());
    case UnaryOp::kHyperbolicCosine: return task.floats(InDouble<std::cosh>());
    case UnaryOp::kInverseHyperbolicSine: return task.floats(InDouble<std::asinh>());
    case UnaryOp::kInverseHyperbolicCosine: return task.floats(InDouble<std::acosh>());
    case UnaryOp::kInverseHyperbolicTangent: return task.floats(InDouble<std::atanh>());
    default: return kUnsupported;
  }
}

Status run_floats(UnaryOp op, const Task& task) {
  const auto first = static_cast<float>(task.first);
  const auto second = static_cast<float>(task.second);
  switch (op) {
    case UnaryOp::kNegate: return task.cheap(Negate());
    case UnaryOp::kAbsolute: return task.cheap(Absolute());
    case UnaryOp::kSquare: return task.cheap(Square());
    case UnaryOp::kSquareRoot: return task.cheap(SquareRoot());
    case UnaryOp::kReciprocalSquareRoot: return task.floats(ReciprocalSquareRoot());
    case UnaryOp::kReciprocal: return task.cheap(Reciprocal());
    case UnaryOp::kExponential: return task.floats(Exponential());
    case UnaryOp::kExponentialMinusOne: return task.floats(ExponentialMinusOne());
    case UnaryOp::kLogarithm: return task.floats(Logarithm());
    case UnaryOp::kLogarithmOfOnePlus: return task.floats(LogarithmOfOnePlus());
    case UnaryOp::kSigmoid: return task.floats(Sigmoid());
    case UnaryOp::kHyperbolicTangent: return task.floats(HyperbolicTangent());
    case UnaryOp::kSoftrelu: return task.floats(Softrelu());
    case UnaryOp::kSoftsign: return task.floats(Softsign());
    case UnaryOp::kErrorFunction: return task.floats(ErrorFunction());
    case UnaryOp::kRelu: return task.cheap(Relu());
    case UnaryOp::kRelu6: return task.cheap(Relu6());
    case UnaryOp::kLeakyRelu: return task.cheap(LeakyRelu{first});
    case UnaryOp::kElu: return task.floats(Elu());
    case UnaryOp::kSelu: return task.floats(Selu());
    case UnaryOp::kStep: return task.cheap(Step{first});
    case UnaryOp::kSign: return task.floats(Sign());
    case UnaryOp::kFloor: return task.floats(Floor());
    case UnaryOp::kCeil: return task.floats(Ceil());
    case UnaryOp::kRound: return task.floats(Round());
    case UnaryOp::kClip: return task.cheap(Clip{first, second});
    case UnaryOp::kIsNan: return task.run<float, uint8_t>(IsNan());
    case UnaryOp::kIsFinite: return task.run<float, uint8_t>(IsFinite());
    case UnaryOp::kIsInfinite: return task.run<float, uint8_t>(IsInfinite());
    default: return run_rare(op, task);
  }
}

Status run_ints(UnaryOp op, const Task& task) {
  switch (op) {
    case UnaryOp::kNegate: return task.run<int32_t, int32_t>(Negate());
    case UnaryOp::kAbsolute: return task.run<int32_t, int32_t>(Absolute());
    case UnaryOp::kSquare: return task.run<int32_t, int32_t>(Square());
    case UnaryOp::kRelu: return task.run<int32_t, int32_t>(Relu());
    case UnaryOp::kRelu6: return task.run<int32_t, int32_t>(Relu6());
    case UnaryOp::kSign: return task.run<int32_t, int32_t>(Sign());
    default: return kUnsupported;
  }
}

}  // namespace
}  // namespace camada

/** `y = op(x)`. Fields: `op, type of x, elements, slope or lower bound, upper bound`; both of no use to most. */
CAMADA_EXPORT int32_t camada_unary(const double* numbers, const void* x, void* y) {
  using namespace camada;
  Fields fields(numbers);
  const auto op = static_cast<UnaryOp>(fields.integer());
  const ElementType type = fields.type();
  const int64_t count = fields.integer();
  const double first = fields.number();
  const double second = fields.number();
  const Task task{x, y, count, first, second};
  if (type == ElementType::kFloat) return run_floats(op, task);
  if (type == ElementType::kInt) return run_ints(op, task);
  return op == UnaryOp::kLogicalNot ? task.run<uint8_t, uint8_t>(LogicalNot()) : kUnsupported;
}
