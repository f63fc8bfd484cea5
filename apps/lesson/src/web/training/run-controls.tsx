import { useState } from "preact/hooks";
import { decimals, inLanguage, type Language } from "../../localized.ts";
import { duration } from "../../training/notices.ts";
import { remainingMs } from "../../training/training-plan.ts";
import { saveFile } from "../save-file.ts";
import { historyFile } from "./history-file.ts";
import type { TrainingModel } from "./training-model.ts";
import { statusWords, words } from "./words.ts";

/** Pause, step, epoch, learning rate, stop, export: what can be done to the run, and how far it is. */
export function RunControls({ model, language }: { readonly model: TrainingModel; readonly language: Language }) {
  const status = model.status.value;
  const [isPausing, isStill, isAlive] = [
    status === "running",
    status === "paused",
    status === "running" || status === "paused" || status === "ended",
  ];
  const go = (stretch: "step" | "epoch" | "end"): void => model.send({ type: "go", stretch });
  return (
    <div class="run-controls">
      <p class="run-status" role="status">
        <strong>{statusWords[status][language]}</strong> <Progress model={model} language={language} />
      </p>
      <div class="training-buttons">
        {isPausing ? (
          <button type="button" onClick={() => model.send({ type: "pause" })}>
            {words.pause[language]}
          </button>
        ) : (
          <button type="button" disabled={!isStill} onClick={() => go("end")}>
            {words.go[language]}
          </button>
        )}
        <button type="button" disabled={!isStill} onClick={() => go("step")}>
          {words.step[language]}
        </button>
        <button type="button" disabled={!isStill} onClick={() => go("epoch")}>
          {words.epoch[language]}
        </button>
        <button type="button" disabled={!isPausing && !isStill} onClick={() => model.send({ type: "stop" })}>
          {words.stop[language]}
        </button>
        <button type="button" disabled={!isAlive} onClick={() => model.send({ type: "export" })}>
          {words.exportWeights[language]}
        </button>
        <button
          type="button"
          disabled={model.losses.value.all.length === 0}
          onClick={() => {
            const { name, text } = historyFile(model);
            saveFile(name, text, "application/json");
          }}
        >
          {words.exportHistory[language]}
        </button>
      </div>
      <LearningRate model={model} language={language} isActive={isPausing || isStill} />
    </div>
  );
}

function LearningRate(props: {
  readonly model: TrainingModel;
  readonly language: Language;
  readonly isActive: boolean;
}) {
  const { model, language, isActive } = props;
  const current = model.learningRate.value;
  const [typed, setTyped] = useState<number | undefined>(undefined);
  const use = (event: Event): void => {
    event.preventDefault();
    if (typed !== undefined) model.setLearningRate(typed);
    setTyped(undefined);
  };
  return (
    <form class="learning-rate" onSubmit={use}>
      <label>
        {words.learningRate[language]}
        <input
          type="number"
          min={0}
          max={10}
          step="any"
          required
          disabled={!isActive}
          value={typed ?? current}
          onInput={(event) => {
            const value = event.currentTarget.valueAsNumber;
            setTyped(Number.isFinite(value) ? value : undefined);
          }}
        />
      </label>
      <button type="submit" disabled={!isActive || typed === undefined || typed === current}>
        {words.apply[language]}
      </button>
    </form>
  );
}

function Progress({ model, language }: { readonly model: TrainingModel; readonly language: Language }) {
  const [plan, step] = [model.plan.value, model.lastStep.value];
  if (plan === undefined || step === undefined) return null;
  const done = (step.epoch - 1 + step.step / step.steps) / plan.setting.epochs;
  const say = (value: number, digits: number): string => inLanguage(decimals(value, digits), language);
  const parts = [
    `${words.epoch[language].split(" ").at(-1)!} ${step.epoch}/${plan.setting.epochs}, ${step.step}/${step.steps}`,
    `${words.loss[language]} ${say(step.batch.loss, 4)}`,
    `${say(step.samplesPerSecond, 0)} ${language === "en" ? "pictures/s" : "imagens/s"}`,
    ...(model.status.value === "running" ? [`≈ ${duration(remainingMs(plan, step))[language]}`] : []),
  ];
  return (
    <>
      <span class="training-figure">{parts.join(" · ")}</span>
      <progress max={1} value={done} aria-label={statusWords.running[language]} />
    </>
  );
}
