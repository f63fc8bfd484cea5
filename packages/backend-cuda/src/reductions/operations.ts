import type { Defines } from "../compiler/kernel-source.ts";

/** What elements are brought down to. */
export type ReductionName = "sum" | "mean" | "prod" | "max" | "min" | "any" | "all";

/** How `kernels/reduce.cu` is specialised for one reduction of one type. */
interface Operation extends Defines {
  readonly OPERATION: string;
  readonly FROM: string;
  readonly TO: string;
  readonly FINISHED: string;
}

const NAN = "__int_as_float(0x7fc00000)";
const BYTE = "unsigned char";

const of = (OPERATION: string, FROM: string, TO: string, FINISHED = "value"): Operation => {
  return { OPERATION, FROM, TO, FINISHED };
};

/** Every reduction that the device has, as `name_type`. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  sum_float32: of("SumOf<float>", "float", "float"),
  sum_int32: of("SumOf<unsigned>", "int", "int", "static_cast<int>(value)"),
  sum_bool: of("SumOf<unsigned>", BYTE, "int", "static_cast<int>(value)"),
  mean_float32: of("SumOf<float>", "float", "float", "count == 0 ? 0.0f : value / static_cast<float>(count)"),
  prod_float32: of("ProductOf<float>", "float", "float"),
  prod_int32: of("ProductOf<double>", "int", "int", "to_int32(value)"),
  prod_bool: of("ProductOf<double>", BYTE, "int", "to_int32(value)"),
  max_float32: of("FloatLargest", "float", "float", `count == 0 ? ${NAN} : value`),
  max_int32: of("IntLargest", "int", "int", "count == 0 ? 0 : value"),
  min_float32: of("FloatLeast", "float", "float", `count == 0 ? ${NAN} : value`),
  min_int32: of("IntLeast", "int", "int", "count == 0 ? 0 : value"),
  any_bool: of("AnyTrue", BYTE, BYTE),
  all_bool: of("AllTrue", BYTE, BYTE, "count == 0 ? 0 : value"),
};
