import { compile, isRecording, isTraining, type CompiledStep } from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import { blockPrefix, NameScope } from "./block-names.ts";
import { type BlockState, loadBlockState, readBlockState, type LoadOptions } from "./block-state.ts";
import { BlockError } from "./errors.ts";
import { inspect } from "./inspection.ts";
import type { Initializer, InitializerName } from "./initializer.ts";
import { ParameterDict } from "./parameter-dict.ts";
import { Parameter, type InitializeOptions, type ParameterOptions } from "./parameter.ts";
import { inLayout, type PlacedBatch } from "./placed-batch.ts";
import { indentFollowing } from "./python-text.ts";
import { summary } from "./summary.ts";

/** Options of every block. */
export interface BlockOptions {
  /** Begins the names of the block's parameters, instead of `<hint><number>_`. */
  readonly prefix?: string | undefined;
  /** Kind of block in that name; the class's name in lower case. */
  readonly hint?: string | undefined;
  /** Parameters of another block, `other.params`, that this one shares: those of the same ending are used, not made. */
  readonly params?: ParameterDict | undefined;
}

/** What blocks are given: tensors, the last of which may be optional. */
export type BlockInputs = (tf.Tensor | undefined)[];

/** Any block, whatever its inputs. */
export type AnyBlock = Block<BlockInputs>;

/** Called after a forward pass with what went in and what came out, in NCHW. Tensors belong to the pass. */
export type ForwardHook = (block: AnyBlock, inputs: readonly tf.Tensor[], output: tf.Tensor) => void;

/**
 * A part of a network: a function of tensors with parameters, and with blocks inside.
 *
 * A block of your own extends this class, keeps its parts in public fields and implements `compute`:
 * parameters and blocks are found among the fields, in the order of assignment. Call it through {@link forward}.
 * @see MXNet 1.4.1, `gluon.Block`.
 */
export abstract class Block<Inputs extends BlockInputs = [x: tf.Tensor]> {
  /** Begins the names of the block's parameters, e.g. `conv0_`. */
  readonly prefix: string;
  readonly #scope: NameScope;
  readonly #shared: ParameterDict | undefined;
  readonly #hooks = new Set<ForwardHook>();
  #compiled: Map<string, CompiledStep<BlockInputs, tf.Tensor>> | undefined;

  constructor({ prefix, hint, params }: BlockOptions = {}) {
    this.prefix = blockPrefix(hint ?? this.typeName.toLowerCase(), prefix);
    this.#scope = new NameScope(this.prefix);
    this.#shared = params;
  }

  /** Name of the class as printed, safe from minifiers where it is overridden. */
  get typeName(): string {
    return this.constructor.name;
  }

  /** The prefix without its last underscore. */
  get name(): string {
    return this.prefix.endsWith("_") ? this.prefix.slice(0, -1) : this.prefix;
  }

  /** Whether the block may stand in a `HybridSequential`: its forward pass depends on shapes alone, never on values. */
  get isHybrid(): boolean {
    return false;
  }

  /** Whether the block only runs others one after the other, so that a summary shows them alone. */
  get isContainer(): boolean {
    return false;
  }

  /** Whether {@link hybridize} is on for this block. */
  get isHybridized(): boolean {
    return this.#compiled !== undefined;
  }

  /** The blocks inside, by key: fields in the order of assignment. */
  children(): Map<string, AnyBlock> {
    return new Map(Object.entries(this).filter((entry): entry is [string, AnyBlock] => entry[1] instanceof Block));
  }

  /** The block's own parameters, without its children's, by full name. */
  get params(): ParameterDict {
    const params = new ParameterDict(this.prefix);
    for (const parameter of this.#ownParameters().values()) params.add(parameter);
    return params;
  }

  /**
   * Runs the block: `net.forward(x)` is Gluon's `net(x)`. Parameters whose shapes were unknown get their values first.
   *
   * Only the result survives, so no `tidy` is needed around it; it is never one of the inputs or parameters themselves.
   * @param inputs for most blocks one batch, `[n, …]`.
   * @throws {UninitializedParameterError} when `initialize` was not called.
   * @throws {ShapeError} when shapes do not fit.
   */
  forward(...inputs: Inputs): tf.Tensor {
    return tf.tidy(() => {
      const tensors = inputs.filter((x) => x !== undefined);
      this.prepare(tensors.map((x) => x.shape));
      const output = this.#run(inputs);
      // A caller may dispose of the result without harm to inputs, parameters and what the block keeps.
      const isShared = tensors.includes(output) || output instanceof tf.Variable || output.kept;
      const y = isShared ? tf.clone(output) : output;
      this.callHooks(() => [tensors, y]);
      return y;
    });
  }

  /**
   * Runs the block on a batch in any layout and says in which one the result stands. Containers call it, so that a run
   * of spatial layers needs no conversion between its members.
   */
  forwardIn(batch: PlacedBatch): PlacedBatch {
    const x = tf.tidy(() => this.forward(...([inLayout(batch, "NCHW")] as BlockInputs as Inputs)));
    return { x, layout: "NCHW" };
  }

  /** The block's formula. Intermediate tensors need no care; parameters have their values. */
  protected abstract compute(...inputs: Inputs): tf.Tensor;

  /** Tells parameters of unknown shape their shapes, with `inferShape`, from the inputs' (NCHW). */
  protected inferShapes(..._inputShapes: readonly (readonly number[])[]): void {}

  /** Makes a parameter named after the block, or takes the one that is shared. */
  protected parameter(name: string, options: ParameterOptions): Parameter {
    return this.#shared?.get(this.#shared.prefix + name) ?? new Parameter(this.prefix + name, options);
  }

  /** Gives values to parameters that waited for their shapes. */
  protected prepare(inputShapes: readonly (readonly number[])[]): void {
    // Every forward pass asks: names are of no interest here.
    const waiting = Object.values(this).filter(
      (field): field is Parameter => field instanceof Parameter && field.isDeferred,
    );
    if (waiting.length === 0) return;
    this.inferShapes(...inputShapes);
    for (const parameter of waiting) parameter.finishInitialization();
  }

  /** Calls the hooks, if there are any, with inputs and output in NCHW. */
  protected callHooks(tensors: () => readonly [inputs: readonly tf.Tensor[], output: tf.Tensor]): void {
    if (this.#hooks.size === 0) return;
    const [inputs, output] = tensors();
    for (const hook of this.#hooks) hook(this, inputs, output);
  }

  /**
   * Has a function called after each forward pass of this block, to watch what flows through a network.
   * @returns a function that takes the hook off again.
   */
  registerForwardHook(hook: ForwardHook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  /**
   * Initializes all parameters: those of known shape now, in the order of registration, the others in the first forward
   * pass. Parameters with an initializer of their own (biases: zeros) keep to it.
   * @param fallback initializer for the rest; uniform in [−0.07, 0.07).
   */
  initialize(fallback?: Initializer | InitializerName, options?: InitializeOptions): void {
    this.collectParams().initialize(fallback, options);
  }

  /**
   * The parameters of the block and of all blocks inside, in the order of registration.
   * @param select keeps those whose full name begins with a match of this regular expression, e.g. `".*weight"`.
   * @throws {BlockError} when two parameters have one name.
   */
  collectParams(select?: RegExp | string): ParameterDict {
    const pattern = select === undefined ? undefined : matchingStart(select);
    const params = new ParameterDict(this.prefix);
    for (const parameter of this.structuralParams().values()) {
      if (pattern !== undefined) pattern.lastIndex = 0;
      if (pattern?.test(parameter.name) !== false) params.add(parameter);
    }
    return params;
  }

  /**
   * All parameters by their place in the network, e.g. `0.weight`, which depends on no block's name.
   * @throws {BlockError} when a field holds a list of blocks: their parameters would not be found.
   */
  structuralParams(): Map<string, Parameter> {
    const params = this.#ownParameters();
    const children = this.children();
    const known = new Set(children.values());
    for (const [field, value] of Object.entries(this)) {
      if (Array.isArray(value) && value.some((entry) => entry instanceof Block && !known.has(entry as AnyBlock))) {
        throw new BlockError(this.typeName, "blocks in fields of their own or in a Sequential", `a list in ${field}`);
      }
    }
    for (const [key, child] of children) {
      for (const [path, parameter] of child.structuralParams()) params.set(`${key}.${path}`, parameter);
    }
    return params;
  }

  /**
   * The values of all parameters by structural name, running statistics included, as plain copies.
   * @throws {UninitializedParameterError} when one has no values yet.
   */
  state(): BlockState {
    return readBlockState(this.structuralParams());
  }

  /**
   * Takes over values that {@link Block.state} gave; no `initialize` is needed then. Nothing changes when anything is wrong.
   * @throws {BlockError} when a value is missing, has no parameter, or has another shape.
   */
  loadState(state: BlockState, options?: LoadOptions): void {
    loadBlockState(this.structuralParams(), state, options);
  }

  /** Names the blocks that `body` makes as parts of this one: `net0_dense0_`. */
  nameScope<T>(body: () => T): T {
    return this.#scope.around(body);
  }

  /**
   * Lets the backend compile forward passes in prediction mode, of this block where it is hybrid and of those inside.
   * Results are the same; recorded and training passes run as before.
   */
  hybridize(active = true): void {
    this.#forgetCompiled();
    this.#compiled = active && this.isHybrid ? new Map() : undefined;
    for (const child of this.children().values()) child.hybridize(active);
  }

  /**
   * A table of the layers with output shapes and parameter counts, from a forward pass in prediction mode.
   * @param inputs as for {@link forward}.
   * @throws {BlockError} when the block, or one inside, is hybridized.
   * @see MXNet 1.4.1, `Block.summary`; a layer's fused activation has its own row before it, as there.
   */
  summary(...inputs: Inputs): string {
    return summary(this, inputs);
  }

  /** Frees all parameters. */
  dispose(): void {
    this.#forgetCompiled();
    for (const parameter of this.structuralParams().values()) parameter.dispose();
  }

  /** Gluon's printed form. */
  toString(): string {
    const lines = [...this.children()].map(([key, child]) => `  (${key}): ${indentFollowing(String(child))}`);
    return `${this.typeName}(\n${lines.join("\n")}\n)`;
  }

  /** What `console.log` shows. */
  [inspect](): string {
    return this.toString();
  }

  /** Own parameters by attribute, in Gluon's spelling: the field `runningMean` is `running_mean`. */
  #ownParameters(): Map<string, Parameter> {
    const own = Object.entries(this).filter((entry): entry is [string, Parameter] => entry[1] instanceof Parameter);
    return new Map(own.map(([field, parameter]) => [field.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`), parameter]));
  }

  /** Frees what the backend keeps for replays, of the blocks inside too. */
  #forgetCompiled(): void {
    for (const step of this.#compiled?.values() ?? []) step.dispose();
    for (const child of this.children().values()) child.#forgetCompiled();
  }

  #run(inputs: Inputs): tf.Tensor {
    if (this.#compiled === undefined || isRecording() || isTraining()) return this.compute(...inputs);
    const key = inputs.map((x) => `${x?.dtype}[${x?.shape.join()}]`).join();
    let step = this.#compiled.get(key);
    if (step === undefined) {
      step = compile((...xs: BlockInputs) => this.compute(...(xs as Inputs)));
      this.#compiled.set(key, step);
    }
    return step(...inputs);
  }
}

/** The pattern made to match where a text begins, as Python's `match` does, and nowhere else. */
function matchingStart(select: RegExp | string): RegExp {
  const flags = typeof select === "string" ? "" : select.flags.replace(/[gy]/g, "");
  return new RegExp(select, `${flags}y`);
}
