import type { Localized } from "../../localized.ts";
import type { TraceOutput } from "../../output.ts";
import { inTurn, loadEngine } from "../computing.ts";
import { labKernel, labPicture, type LabValues } from "./lab-arrays.ts";
import { tooLarge } from "./lab-words.ts";

/** Everything that decides what the lab shows. */
export interface LabSetting {
  readonly values: LabValues;
  readonly ownPicture: readonly number[] | undefined;
  readonly ownKernel: readonly number[] | undefined;
  readonly seed: number;
}

/** Why no window fits, if none does. */
export function labProblem(values: LabValues): Localized | undefined {
  const { height, width, kernelHeight, kernelWidth, paddingHeight, paddingWidth, dilationHeight, dilationWidth } =
    values;
  const axes: readonly (readonly [Localized, span: number, padded: number])[] = [
    [{ "pt-BR": "altura", en: "height" }, 1 + dilationHeight * (kernelHeight - 1), height + 2 * paddingHeight],
    [{ "pt-BR": "largura", en: "width" }, 1 + dilationWidth * (kernelWidth - 1), width + 2 * paddingWidth],
  ];
  const wrong = axes.find(([, span, padded]) => span > padded);
  return wrong === undefined ? undefined : tooLarge(...wrong);
}

/** Convolves on the active backend. */
export async function convolveLab({ values, ownPicture, ownKernel, seed }: LabSetting): Promise<TraceOutput> {
  const { paddingHeight, paddingWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = values;
  const x = labPicture(values, ownPicture, seed);
  const weight = labKernel(values, ownKernel, seed);
  const options = {
    padding: [paddingHeight, paddingWidth],
    strides: [strideHeight, strideWidth],
    dilation: [dilationHeight, dilationWidth],
  } as const;
  const { stepper } = await loadEngine();
  return inTurn(() => stepper("lab", { "pt-BR": "Laboratório", en: "Lab" }, x, weight, options, [[0, 0]]));
}
