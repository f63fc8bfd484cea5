import { useEffect, useMemo, useState } from "preact/hooks";
import { className } from "../../class-name.ts";
import { decimals, inLanguage, type Language, type Localized } from "../../localized.ts";
import { trainingCharts } from "../../training/training-charts.ts";
import { StepCurve } from "../../training/step-curve.ts";
import type { BackendId } from "../backends.ts";
import { DrawingPad } from "./drawing-pad.tsx";
import { NetInside } from "./net-inside.tsx";
import type { Sight } from "./protocol.ts";
import { EpochTable, Mistakes, VerdictList } from "./result-tables.tsx";
import { RunControls } from "./run-controls.tsx";
import { RunForm } from "./run-form.tsx";
import { TrainingChart } from "./training-chart.tsx";
import type { TrainingModel } from "./training-model.ts";
import { words } from "./words.ts";
import "./training.css";

/** What the page hands to the screen. */
export interface TrainingScreenProps {
  readonly language: Language;
  /** What trains the next run. */
  readonly backend: BackendId;
  /** The state, which outlives the screen. */
  readonly model: TrainingModel;
}

/** Trains the lesson's net in a worker and shows it learning. */
export function TrainingScreen({ language, backend, model }: TrainingScreenProps) {
  useEffect(() => {
    void model.findKept();
  }, [model]);
  const [padProblem, setPadProblem] = useState<Localized | undefined>(undefined);
  const status = model.status.value;
  const hasRun = model.plan.value !== undefined || status !== "idle";
  const sight = model.sight.value;
  const dataset = model.plan.value?.setting.dataset ?? "mnist";
  const look = (picture: Uint8Array<ArrayBuffer> | number): void => {
    setPadProblem(undefined);
    model.send({ type: "look", picture });
  };
  return (
    <section class="screen training-screen" aria-labelledby="training-title">
      <h1 id="training-title">{words.title[language]}</h1>
      <p class="lead">{words.lead[language]}</p>
      <div class="training-top">
        <section aria-label={words.run[language]} class="training-card">
          <RunForm
            language={language}
            isAnew={status !== "idle"}
            onStart={(request) => model.start(backend, request)}
          />
          <Kept model={model} language={language} backend={backend} />
        </section>
        <section class="training-card">
          {hasRun ? <RunControls model={model} language={language} /> : <NothingYet language={language} />}
          <Messages model={model} language={language} />
        </section>
      </div>
      <Curves model={model} language={language} />
      <Results model={model} language={language} />
      {sight !== undefined && (
        <section class="training-card">
          <h2>{words.draw[language]}</h2>
          <div class="draw-row">
            <DrawingPad
              language={language}
              dataset={dataset}
              onPicture={look}
              onTestPicture={() => look(Math.floor(Math.random() * 1000))}
              onProblem={setPadProblem}
            />
            <Answer sight={sight} language={language} />
          </div>
          {padProblem !== undefined && (
            <p class="training-problem" role="alert">
              {padProblem[language]}
            </p>
          )}
          <h2>{words.insideTitle[language]}</h2>
          <NetInside sight={sight} language={language} />
        </section>
      )}
    </section>
  );
}

interface PartProps {
  readonly model: TrainingModel;
  readonly language: Language;
}

/** What is to come, and what becomes of it behind other tabs. */
function NothingYet({ language }: { readonly language: Language }) {
  return (
    <div class="nothing-yet">
      <p>{words.nothingYet[language]}</p>
      <p>{words.whatComes[language]}</p>
      <p class="training-hint">{words.inBackground[language]}</p>
    </div>
  );
}

/** The run that this browser keeps, and files of weights. */
function Kept({ model, language, backend }: PartProps & { readonly backend: BackendId }) {
  const kept = model.kept.value;
  const status = model.status.value;
  const open = (file: File | undefined): void => {
    if (file !== undefined) model.send({ type: "open", backend, file, data: { from: "page" } });
  };
  return (
    <div class="kept-run">
      {kept !== undefined && (
        <p class="training-hint">
          {words.isKept[language]}: {kept.request.cell}, {words.epoch[language].split(" ").at(-1)} {kept.epoch}
          {kept.step > 0 && `, ${language === "en" ? "step" : "passo"} ${kept.step}`}
        </p>
      )}
      <div class="training-buttons">
        {kept !== undefined && (status === "idle" || status === "ended") && (
          <button type="button" onClick={() => model.resume(backend)}>
            {words.resume[language]}
          </button>
        )}
        <label class="file-button">
          {words.openFile[language]}
          <input type="file" onChange={(event) => open(event.currentTarget.files?.[0])} />
        </label>
      </div>
    </div>
  );
}

function Messages({ model, language }: PartProps) {
  const [problem, unsaved, info] = [model.problem.value, model.unsaved.value, model.backend.value];
  return (
    <>
      {problem !== undefined && (
        <div class="training-problem" role="alert">
          <p>{problem[language]}</p>
          {model.left.value !== undefined && (
            <button type="button" onClick={() => model.resume("wasm")}>
              {words.onWasm[language]}
            </button>
          )}
        </div>
      )}
      {unsaved !== undefined && (
        <p class="training-problem" role="alert">
          {unsaved[language]}
        </p>
      )}
      {model.notices.value.map((text, i) => (
        <p key={i} class="training-notice">
          {text[language]}
        </p>
      ))}
      {info !== undefined && (
        <p class="training-hint">
          {words.backend[language]}: {info.description}
          <br />
          {model.dataSentence.value?.[language]}
        </p>
      )}
    </>
  );
}

function Curves({ model, language }: PartProps) {
  const [plan, history, losses] = [model.plan.value, model.history.value, model.losses.value];
  const charts = useMemo(() => {
    if (plan === undefined || losses.all.length === 0) return [];
    const curve = new StepCurve();
    for (const loss of losses.all) curve.addLoss(loss);
    const recorded = plan.recorded.filter(({ epoch }) => epoch <= plan.setting.epochs);
    return trainingCharts(plan.name, history, curve, recorded).filter(({ series }) => series.length > 0);
  }, [plan, history, losses]);
  if (charts.length === 0) return null;
  return (
    <section class="training-card" aria-label={words.curves[language]}>
      <h2>{words.curves[language]}</h2>
      <div class="training-charts">
        {charts.map((chart) => (
          <TrainingChart key={chart.name} chart={chart} language={language} />
        ))}
      </div>
    </section>
  );
}

function Results({ model, language }: PartProps) {
  const [plan, history, verdict, mistakes] = [
    model.plan.value,
    model.history.value,
    model.verdict.value,
    model.mistakes.value,
  ];
  if (plan === undefined || history.length === 0) return null;
  const isStill = model.status.value === "paused" || model.status.value === "ended";
  return (
    <section class="training-card">
      <h2>{words.epochTable[language]}</h2>
      <EpochTable history={history} recorded={plan.recorded} language={language} />
      {verdict !== undefined && (
        <>
          <h2>{words.verdict[language]}</h2>
          <VerdictList verdict={verdict} language={language} />
        </>
      )}
      <h2>{words.mistakes[language]}</h2>
      {mistakes !== undefined && <Mistakes {...mistakes} language={language} />}
      <div class="training-buttons">
        <button type="button" disabled={!isStill} onClick={() => model.send({ type: "mistakes" })}>
          {words.measureMistakes[language]}
        </button>
      </div>
    </section>
  );
}

/** What the net takes the picture for: every class with its share. */
function Answer({ sight, language }: { readonly sight: Sight; readonly language: Language }) {
  const { probabilities, classNames, label } = sight;
  const nameOf = (label: number): string => className(classNames[label]!)[language];
  const best = probabilities.indexOf(Math.max(...probabilities));
  return (
    <div class="net-answer">
      <p aria-live="polite">
        {words.answer[language]}: <strong>{nameOf(best)}</strong>
        {label !== undefined && ` (${language === "en" ? "is" : "é"} ${nameOf(label)})`}
      </p>
      <ol>
        {probabilities.map((share, i) => (
          <li key={i} class={i === best ? "best" : ""}>
            <span>{nameOf(i)}</span>
            <meter min={0} max={1} value={share} aria-label={nameOf(i)} />
            <span class="training-figure">{inLanguage(decimals(100 * share, 1), language)} %</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
