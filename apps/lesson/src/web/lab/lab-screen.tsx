import { layerCost } from "@camada/conv-math";
import { useEffect, useState } from "preact/hooks";
import { grouped, type Text } from "../../localized.ts";
import type { TraceOutput } from "../../output.ts";
import { shapeText } from "../../shape-text.ts";
import { computing } from "../computing.ts";
import { changeLink, labValues, link, say } from "../state.ts";
import { Stepper } from "../stepper/stepper.tsx";
import { words } from "../words.ts";
import { DrawPad } from "./draw-pad.tsx";
import { labPicture } from "./lab-arrays.ts";
import { LabControls } from "./lab-controls.tsx";
import { convolveLab, labProblem, type LabSetting } from "./lab-convolution.ts";
import { clearPicture, drawPixel, editNumber } from "./lab-edits.ts";
import { labWords } from "./lab-words.ts";
import { OutputPictures } from "./output-picture.tsx";
import { PictureFile } from "./picture-field.tsx";

/** The convolution lab: any small convolution, every number in sight. */
export function LabScreen() {
  const { ownPicture, ownKernel, seed = 0 } = link.value;
  const setting: LabSetting = { values: labValues(), ownPicture, ownKernel, seed };
  const problem = labProblem(setting.values);
  const [trace, reason] = useConvolution(setting, problem === undefined);
  return (
    <section class="screen lab">
      <header class="lesson-head">
        <h1>{say(labWords.title)}</h1>
        <p class="lead">{say(labWords.lead)}</p>
      </header>
      <LabControls values={setting.values}>
        <PictureFile values={setting.values} />
        <button type="button" onClick={() => changeLink({ lab: {}, ownPicture: undefined, ownKernel: undefined })}>
          {say(labWords.reset)}
        </button>
      </LabControls>
      {problem !== undefined && (
        <p class="notice is-different" role="alert">
          {say(problem)}
        </p>
      )}
      {reason !== undefined && (
        <p class="notice is-different" role="alert">
          {say(words.failed)}: {say(reason)}
        </p>
      )}
      {problem === undefined && trace !== undefined && <Cost trace={trace} />}
      <div class="lab-pictures">
        <DrawPad picture={labPicture(setting.values, ownPicture, seed)} onDraw={drawPixel} onClear={clearPicture} />
        {problem === undefined && trace !== undefined && <OutputPictures output={trace.output} />}
      </div>
      {problem === undefined && trace !== undefined && <Stepper trace={trace} onEdit={editNumber} />}
    </section>
  );
}

/** The convolution of a setting, newest last; what is shown is always whole. */
function useConvolution(setting: LabSetting, isPossible: boolean): [TraceOutput | undefined, Text | undefined] {
  const [trace, setTrace] = useState<TraceOutput>();
  const [reason, setReason] = useState<Text>();
  const { value: now } = computing;
  const key = JSON.stringify([setting, now.status === "ready" ? now.id : ""]);
  useEffect(() => {
    if (!isPossible || now.status !== "ready") return undefined;
    let isCurrent = true;
    convolveLab(setting).then(
      (result) => {
        if (!isCurrent) return;
        setTrace(result);
        setReason(undefined);
      },
      (error: unknown) => isCurrent && setReason(error instanceof Error ? error.message : String(error)),
    );
    return () => void (isCurrent = false);
  }, [key]);
  return [trace, now.status === "failed" ? now.reason : reason];
}

function Cost({ trace: { x, weight, output, options } }: { readonly trace: TraceOutput }) {
  const [channels, , ...kernelSize] = weight.shape as [number, number, ...number[]];
  const cost = layerCost(x.shape, { kind: "convolution", channels, kernelSize, useBias: false, ...options });
  return (
    <dl class="facts" aria-live="polite">
      <div>
        <dt>{say(labWords.size)}</dt>
        <dd data-lab-size>{shapeText(output.shape.slice(1))}</dd>
      </div>
      <div>
        <dt>{say(labWords.parametersCount)}</dt>
        <dd>{say(grouped(cost.parameters))}</dd>
      </div>
      <div>
        <dt>{say(labWords.multiplications)}</dt>
        <dd>{say(grouped(cost.multiplyAdds))}</dd>
      </div>
    </dl>
  );
}
