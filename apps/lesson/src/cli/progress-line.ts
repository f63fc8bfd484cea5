import type { StepRecord } from "@camada/training";
import type { Language } from "../localized.ts";
import { duration } from "../training/notices.ts";
import { remainingMs, type TrainingPlan } from "../training/training-plan.ts";
import { visibleWidth } from "./layout.ts";

const SHORTEST_BAR = 8;
const LONGEST_BAR = 32;
/** Eighths of a character. */
const PARTS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/**
 * How far a training is, in one line that fits in `width` columns: what matters least gives way first, and the bar takes
 * the room that is left.
 */
export function progressLine(plan: TrainingPlan, record: StepRecord, width: number, language: Language): string {
  const { epoch, step, steps, train, samplesPerSecond } = record;
  const words = WORDS[language];
  const rest = duration(remainingMs(plan, record))[language];
  const head = `${plan.name}  ${words.epoch} ${epoch}/${plan.setting.epochs}`;
  const counter = `${String(step).padStart(String(steps).length)}/${steps}`;
  const loss = `${words.loss} ${train.loss.toFixed(4)}`;
  const accuracy = `${words.accuracy} ${train.accuracy.toFixed(3)}`;
  const speed = `${Math.round(samplesPerSecond)} ${words.speed}`;
  const eta = `${words.eta} ${rest}`;
  const choices = [
    [counter, loss, accuracy, speed, eta],
    [counter, loss, speed, eta],
    [counter, loss, eta],
    [counter, eta],
    [counter],
  ];
  for (const choice of choices) {
    const tail = choice.join("  ");
    const room = width - visibleWidth(head) - visibleWidth(tail) - 4;
    if (room >= SHORTEST_BAR) return `${head}  ${bar(step / steps, Math.min(room, LONGEST_BAR))}  ${tail}`;
  }
  return `${head}  ${counter}`.slice(0, width);
}

/** The same as a plain sentence part, for logs. */
export function plainProgress(plan: TrainingPlan, record: StepRecord, language: Language): string {
  const { epoch, step, steps, train, samplesPerSecond } = record;
  const words = WORDS[language];
  return [
    `${plan.name}  ${words.epoch} ${epoch}/${plan.setting.epochs}`,
    `${words.step} ${step}/${steps}`,
    `${words.loss} ${train.loss.toFixed(4)}`,
    `${words.accuracy} ${train.accuracy.toFixed(3)}`,
    `${Math.round(samplesPerSecond)} ${words.speed}`,
    `${words.eta} ${duration(remainingMs(plan, record))[language]}`,
  ].join("  ");
}

/** What is shown while the test pictures are evaluated. */
export function testingLine(plan: TrainingPlan, epoch: number, language: Language): string {
  const words = WORDS[language];
  return `${plan.name}  ${words.epoch} ${epoch}/${plan.setting.epochs}  ${words.testing}`;
}

function bar(share: number, width: number): string {
  const eighths = Math.round(share * width * 8);
  const filled = "█".repeat(Math.floor(eighths / 8)) + PARTS[eighths % 8]!;
  return filled + "░".repeat(width - visibleWidth(filled));
}

const WORDS = {
  "pt-BR": {
    epoch: "época",
    step: "passo",
    loss: "perda",
    accuracy: "acurácia",
    speed: "imagens/s",
    eta: "faltam",
    testing: "avaliando o teste",
  },
  en: {
    epoch: "epoch",
    step: "step",
    loss: "loss",
    accuracy: "acc",
    speed: "samples/s",
    eta: "ETA",
    testing: "evaluating the test pictures",
  },
} as const;
