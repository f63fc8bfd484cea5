// Arithmetic of two tensors, element by element, with broadcasting.
#include "binary-functions.cuh"
#include "binary.cuh"

FLOAT(add, a + b)
FLOAT(sub, a - b)
FLOAT(multiply, a * b)
FLOAT(divide, a / b)
FLOAT(maximum, maximum(a, b))
FLOAT(minimum, minimum(a, b))
FLOAT(squared_difference, squared_difference(a, b))
// b is the slope below 0.
FLOAT(prelu, a < 0.0f ? a * b : a)
// a is the gradient of the result, b the result.
FLOAT(elu_gradient, b >= 0.0f ? a : a * (b + 1.0f))

INT(add, add(a, b))
INT(sub, subtract(a, b))
INT(multiply, multiply(a, b))
INT(maximum, a > b ? a : b)
INT(minimum, a < b ? a : b)
INT(squared_difference, squared_difference(a, b))
INT(bitwise_and, a & b)
