// Functions of two tensors that are long, and seldom used: apart from the others, which compile faster without them.
#include "binary-functions.cuh"
#include "binary.cuh"

FLOAT(power, power(a, b))
FLOAT(modulo, modulo(a, b))
FLOAT(atan2, atan2f(a, b))
BINARY(floor_divide_float32, float, int, floor_divide(a, b))

INT(power, power(a, b))
INT(modulo, modulo(a, b))
INT(floor_divide, floor_divide(a, b))
