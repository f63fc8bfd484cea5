import type { ComponentChildren } from "preact";
import type { Localized } from "../../localized.ts";
import { ParameterControls } from "../parameter-controls.tsx";
import { say } from "../state.ts";
import type { LabValues } from "./lab-arrays.ts";
import { changeLab } from "./lab-edits.ts";
import { labParameters } from "./lab-parameters.ts";
import { labWords } from "./lab-words.ts";

type Name = keyof typeof labParameters;

const groups: readonly { readonly id: string; readonly title: Localized; readonly names: readonly Name[] }[] = [
  { id: "lab-input", title: labWords.inputGroup, names: ["picture", "inputChannels", "height", "width"] },
  { id: "lab-kernel", title: labWords.kernelGroup, names: ["kernel", "outputChannels", "kernelHeight", "kernelWidth"] },
  {
    id: "lab-window",
    title: labWords.windowGroup,
    names: ["paddingHeight", "paddingWidth", "strideHeight", "strideWidth", "dilationHeight", "dilationWidth"],
  },
];

/** Controls of the lab in three groups. */
export function LabControls({
  values,
  children,
}: {
  readonly values: LabValues;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="lab-controls">
      {groups.map(({ id, title, names }) => (
        <div key={id} class="lab-group">
          <h2>{say(title)}</h2>
          <ParameterControls
            name={id}
            parameters={Object.fromEntries(names.map((name) => [name, labParameters[name]]))}
            values={values}
            onChange={(name, value) => changeLab({ [name]: value })}
          />
        </div>
      ))}
      <div class="run-row">{children}</div>
    </div>
  );
}
