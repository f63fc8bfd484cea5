import { useState } from "preact/hooks";
import type { Language, Localized } from "../../localized.ts";
import { gentleRuns } from "../../recorded/reference-runs.ts";
import { presets, type TrainingCellId, type TrainingSetting } from "../../training/setting.ts";
import type { DataChoice, RunRequest } from "./protocol.ts";
import { words } from "./words.ts";

interface Choice {
  readonly cell: TrainingCellId;
  readonly setting: TrainingSetting;
  readonly title: Localized;
}

/** The lesson's settings, whole and short, and the one that does not collapse. */
const CHOICES = {
  "K3-quick": choice("K3", presets.K3.quick, "K3, MNIST, treino curto", "K3, MNIST, short training"),
  "K3-full": choice("K3", presets.K3.full, "K3, MNIST, como no notebook", "K3, MNIST, as in the notebook"),
  "K8-quick": choice("K8", presets.K8.quick, "K8, Fashion-MNIST, treino curto", "K8, Fashion-MNIST, short training"),
  "K8-full": choice(
    "K8",
    presets.K8.full,
    "K8, Fashion-MNIST, como no notebook",
    "K8, Fashion-MNIST, as in the notebook",
  ),
  "K8-gentle": choice(
    "K8",
    { ...presets.K8.full, learningRate: gentleRuns.learningRate },
    "Fashion-MNIST, configuração suave",
    "Fashion-MNIST, gentle setting",
  ),
} satisfies Record<string, Choice>;

type ChoiceName = keyof typeof CHOICES;

/** What a reader may change of a setting. */
const NUMBERS = [
  { key: "epochs", min: 1, max: 100, step: 1 },
  { key: "batchSize", min: 1, max: 512, step: 1 },
  { key: "learningRate", min: 0.0001, max: 10, step: "any" },
  { key: "momentum", min: 0, max: 0.999, step: "any" },
  { key: "seed", min: 0, max: 4294967295, step: 1 },
] as const;

/** Chooses setting and data of a run, and begins it. */
export function RunForm(props: {
  readonly language: Language;
  readonly isAnew: boolean;
  readonly onStart: (request: RunRequest) => void;
}) {
  const { language, isAnew, onStart } = props;
  const [name, setName] = useState<ChoiceName>("K3-quick");
  const [setting, setSetting] = useState<TrainingSetting>(CHOICES[name].setting);
  const [from, setFrom] = useState<DataChoice["from"]>("page");
  const [files, setFiles] = useState<readonly File[]>([]);
  const begin = (event: Event): void => {
    event.preventDefault();
    const { cell } = CHOICES[name];
    onStart({ cell, setting, data: dataChoice(from, files, setting.dataset) });
  };
  return (
    <form class="run-form" onSubmit={begin}>
      <label>
        {words.preset[language]}
        <select
          value={name}
          onChange={(event) => {
            const chosen = event.currentTarget.value as ChoiceName;
            setName(chosen);
            setSetting(CHOICES[chosen].setting);
          }}
        >
          {Object.entries(CHOICES).map(([key, { title }]) => (
            <option key={key} value={key}>
              {title[language]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.source[language]}
        <select value={from} onChange={(event) => setFrom(event.currentTarget.value as DataChoice["from"])}>
          <option value="page">{words.fromPage[language]}</option>
          <option value="server">{words.fromServer[language]}</option>
          <option value="files">{words.fromFiles[language]}</option>
        </select>
      </label>
      {from === "files" && (
        <label>
          {words.pickFiles[language]}
          <input type="file" multiple required onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} />
        </label>
      )}
      <div class="run-numbers">
        {NUMBERS.map(({ key, ...range }) => (
          <label key={key}>
            {words[key][language]}
            <input
              type="number"
              required
              {...range}
              value={setting[key]}
              onChange={(event) => {
                const value = event.currentTarget.valueAsNumber;
                if (Number.isFinite(value)) setSetting({ ...setting, [key]: value });
              }}
            />
          </label>
        ))}
      </div>
      <button type="submit" class="primary">
        {(isAnew ? words.restart : words.start)[language]}
      </button>
    </form>
  );
}

/** The published files may lie beside the page, in `datasets/mnist/` and `datasets/fashion-mnist/`. */
function dataChoice(from: DataChoice["from"], files: readonly File[], dataset: TrainingSetting["dataset"]): DataChoice {
  switch (from) {
    case "files":
      return { from, files };
    case "server":
      return { from, folder: new URL(`datasets/${dataset}/`, document.baseURI).href };
    case "page":
      return { from };
  }
}

function choice(cell: TrainingCellId, setting: TrainingSetting, ptBR: string, en: string): Choice {
  return { cell, setting, title: { "pt-BR": ptBR, en } };
}
