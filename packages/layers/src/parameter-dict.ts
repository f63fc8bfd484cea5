import { BlockError } from "./errors.ts";
import { inspect } from "./inspection.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import type { InitializeOptions, Parameter } from "./parameter.ts";

/** Fields of a {@link Parameter} that {@link ParameterDict.setattr} sets. */
export type ParameterAttribute = "gradReq" | "lrMult" | "wdMult";

/**
 * Parameters by full name, in the order of registration.
 * @see MXNet 1.4.1, `gluon.ParameterDict`.
 */
export class ParameterDict extends Map<string, Parameter> {
  /** Prefix of the block whose parameters these are. */
  readonly prefix: string;

  constructor(prefix: string) {
    super();
    this.prefix = prefix;
  }

  /**
   * Adds a parameter; one that is there already is added once.
   * @throws {BlockError} when another parameter has the name.
   */
  add(parameter: Parameter): void {
    const known = this.get(parameter.name);
    if (known !== undefined && known !== parameter) {
      const advice = "give one of the blocks a prefix of its own";
      throw new BlockError("collectParams", `one parameter named ${parameter.name}`, "two", advice);
    }
    this.set(parameter.name, parameter);
  }

  /** Initializes every parameter. @see {@link Parameter.initialize} */
  initialize(fallback?: Initializer | InitializerName, options?: InitializeOptions): void {
    for (const parameter of this.values()) parameter.initialize(fallback, options);
  }

  /** Sets one field of every parameter, e.g. `setattr("wdMult", 0)`. */
  setattr<K extends ParameterAttribute>(name: K, value: Parameter[K]): void {
    for (const parameter of this.values()) parameter[name] = value;
  }

  /** Fills every gradient with zeros. */
  zeroGrad(): void {
    for (const parameter of this.values()) parameter.zeroGrad();
  }

  /** Gluon's printed form, one parameter a line. */
  override toString(): string {
    const lines = [...this.values()].map((parameter) => `  ${parameter.toString()}`);
    return `${this.prefix} (\n${lines.join("\n")}\n)`;
  }

  /** What `console.log` shows. */
  [inspect](): string {
    return this.toString();
  }
}
