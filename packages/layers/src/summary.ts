import { predictMode } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import type { AnyBlock, BlockInputs } from "./block.ts";
import { BlockError } from "./errors.ts";
import type { Parameter } from "./parameter.ts";
import { tupleText } from "./python-text.ts";

interface Row {
  readonly layer: string;
  readonly outputShape: string;
  readonly parameters: number;
}

/** The table behind `Block.summary`. */
export function summary(block: AnyBlock, inputs: BlockInputs): string {
  const table = new SummaryTable(inputs);
  const unhook: (() => void)[] = [];
  try {
    for (const part of withParts(block)) {
      if (part.isHybridized) {
        throw new BlockError("summary", "blocks that are not hybridized", part.name, "call hybridize(false) first");
      }
      if (!part.isContainer) unhook.push(part.registerForwardHook((hooked, _, output) => table.add(hooked, output)));
    }
    predictMode(() => tf.tidy(() => void block.forward(...inputs)));
  } finally {
    for (const remove of unhook) remove();
  }
  return table.text([...block.structuralParams().values()]);
}

/** A block and all blocks inside, each once, however often it occurs. */
function withParts(block: AnyBlock, found = new Set<AnyBlock>()): Set<AnyBlock> {
  for (const child of block.children().values()) withParts(child, found);
  return found.add(block);
}

class SummaryTable {
  readonly #rows: Row[];
  readonly #seen = new Set<Parameter>();
  #total = 0;
  #trainable = 0;
  #shared = 0;

  constructor(inputs: BlockInputs) {
    const shapes = inputs.flatMap((x) => (x === undefined ? [] : [tupleText(x.shape)]));
    const outputShape = shapes.length === 1 ? shapes[0]! : `[${shapes.join(", ")}]`;
    this.#rows = [{ layer: "Input", outputShape, parameters: 0 }];
  }

  /** A row for a block that has just run, after one for the activation fused into it. */
  add(block: AnyBlock, output: tf.Tensor): void {
    const outputShape = tupleText(output.shape);
    const activation = (block as { readonly activation?: unknown }).activation;
    if (typeof activation === "string" && activation !== "linear") this.#push("Activation", outputShape, 0);
    let count = 0;
    for (const parameter of block.params.values()) {
      const { size } = parameter.data();
      count += size;
      if (parameter.gradReq !== "null") this.#trainable += size;
      if (this.#seen.has(parameter)) this.#shared += size;
      this.#seen.add(parameter);
    }
    this.#total += count;
    this.#push(block.typeName, outputShape, count);
  }

  text(params: readonly Parameter[]): string {
    const unique = [...new Set(params)].reduce((sum, parameter) => sum + parameter.data().size, 0);
    const line = (layer: string, shape: string, count: string): string =>
      `${layer.padStart(20)}  ${shape.padStart(42)} ${count.padStart(15)}`;
    return [
      "-".repeat(80),
      line("Layer (type)", "Output Shape", "Param #"),
      "=".repeat(80),
      ...this.#rows.map((row) => line(row.layer, row.outputShape, String(row.parameters))),
      "=".repeat(80),
      "Parameters in forward computation graph, duplicate included",
      `   Total params: ${this.#total}`,
      `   Trainable params: ${this.#trainable}`,
      `   Non-trainable params: ${this.#total - this.#trainable}`,
      `Shared params in forward computation graph: ${this.#shared}`,
      `Unique parameters in model: ${unique}`,
      "-".repeat(80),
    ].join("\n");
  }

  #push(typeName: string, outputShape: string, parameters: number): void {
    this.#rows.push({ layer: `${typeName}-${this.#rows.length}`, outputShape, parameters });
  }
}
