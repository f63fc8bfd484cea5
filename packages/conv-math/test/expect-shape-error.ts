import { expect } from "vitest";
import { ShapeError } from "../src/index.ts";

/** Runs `action` and checks class and fields of the ShapeError it must throw. */
export function expectShapeError(action: () => unknown, op: string, expected: string, got: string, context?: string) {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ShapeError);
  const { op: actualOp, expected: actualExpected, got: actualGot, message } = thrown as ShapeError;
  const tail = context === undefined ? "" : `; ${context}`;
  expect({ op: actualOp, expected: actualExpected, got: actualGot }).toEqual({ op, expected, got });
  expect(message).toBe(`${op}: expected ${expected}, got ${got}${tail}`);
}
