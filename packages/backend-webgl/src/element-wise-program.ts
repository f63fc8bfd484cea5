/** A program of tfjs's that computes each element of its output from the same element of its inputs, four at a time. */
export class ElementWiseProgram {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly userCode: string;
  readonly packedInputs = true;
  readonly packedOutput = true;
  readonly customUniforms: { readonly name: string; readonly type: "float" }[];

  /**
   * @param inputs names of the inputs; in the expression they are `vec4`
   * @param numbers names of the uniform numbers
   * @param expression what becomes of them, a `vec4`
   * @param functions that the expression calls
   */
  constructor(
    shape: readonly number[],
    inputs: readonly string[],
    numbers: readonly string[],
    expression: string,
    functions = "",
  ) {
    this.outputShape = [...shape];
    this.variableNames = inputs.map(textureName);
    this.customUniforms = numbers.map((name) => ({ name, type: "float" }));
    // tfjs makes of a texture `A` a function `getAAtOutCoords`.
    const reading = inputs.map((name) => `vec4 ${name} = get${textureName(name)}AtOutCoords();`);
    this.userCode = `${functions}
      void main() {
        ${reading.join("\n        ")}
        setOutput(${expression});
      }
    `;
  }
}

function textureName(name: string): string {
  return `T${name}`;
}
