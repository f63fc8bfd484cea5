import { describe, expect, it } from "vitest";
import { areDefaults, defaultsOf, ParameterError, withValues } from "../src/parameters.ts";

const label = { "pt-BR": "rótulo", en: "label" };
const parameters = {
  size: { kind: "integer", label, default: 3, min: 1, max: 7 },
  rate: { kind: "number", label, default: 0.1, min: 0, max: 1, step: 0.01 },
  draw: { kind: "choice", label, default: "notebook", options: { notebook: label, again: label } },
} as const;

describe("parameters", () => {
  it("have defaults, which are the notebook's values", () => {
    const values = defaultsOf(parameters);
    expect(values).toEqual({ size: 3, rate: 0.1, draw: "notebook" });
    expect(areDefaults(parameters, values)).toBe(true);
    expect(areDefaults(parameters, withValues(parameters, { size: 4 }))).toBe(false);
  });

  it.each([
    ["size", 0, "an integer from 1 to 7"],
    ["size", 8, "an integer from 1 to 7"],
    ["size", 2.5, "an integer from 1 to 7"],
    ["size", "3", "an integer from 1 to 7"],
    ["rate", Number.NaN, "a number from 0 to 1"],
    ["rate", 1.01, "a number from 0 to 1"],
    ["draw", "toString", "one of notebook, again"],
    ["colour", 1, "one of size, rate, draw"],
  ])("%s refuses %s", (name, value, expected) => {
    const refused = (): unknown => withValues(parameters, { [name]: value });
    expect(refused).toThrow(ParameterError);
    expect(refused).toThrow(`${name}: expected ${expected}, got `);
  });

  it.each([
    ["size", 1],
    ["size", 7],
    ["rate", 0],
    ["draw", "again"],
  ])("%s takes %s", (name, value) => {
    expect(withValues(parameters, { [name]: value })).toMatchObject({ [name]: value });
  });
});
