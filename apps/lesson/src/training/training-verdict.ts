import type { EndRecord, EpochRecord } from "@camada/training";
import { decimals, type Localized, localized } from "../localized.ts";
import {
  bandOf,
  COLLAPSED_ACCURACY,
  type EpochFigures,
  type FigureRanges,
  figuresOf,
  isCollapsed,
  ownRuns,
  rangesOf,
} from "../recorded/bands.ts";
import { referenceRuns } from "../recorded/reference-runs.ts";
import { type Check, compareBands, notComparable, type Verdict, verdictOf } from "../verdict.ts";
import { type TrainingCellId, presets, type TrainingSetting } from "./setting.ts";

const figureNames: Readonly<Record<keyof EpochFigures, { readonly name: string; readonly digits: number }>> = {
  trainLoss: { name: "train loss", digits: 4 },
  trainAccuracy: { name: "train acc", digits: 3 },
  testLoss: { name: "test loss", digits: 4 },
  testAccuracy: { name: "test acc", digits: 3 },
};

const what = {
  training: { "pt-BR": "figuras do treino", en: "figures of the training" },
  collapsed: { "pt-BR": "treino em colapso", en: "collapsed training" },
  times: { "pt-BR": "tempos", en: "times" },
} satisfies Record<string, Localized>;

/** Runs to compare with: by epoch, over those that did not collapse, and how many did. */
export interface Expectation {
  readonly source: Localized;
  readonly ranges: Readonly<Record<number, FigureRanges>>;
  /** Whether a run of this setting may end with the same answer for every picture. */
  readonly mayCollapse: boolean;
}

/**
 * The verdict of a training cell: every figure in the band of many runs of the same setting, or not.
 * @param isSubset whether the data were less than the published ones.
 */
export function trainingVerdict(
  id: TrainingCellId,
  setting: TrainingSetting,
  { reason, history }: Pick<EndRecord, "reason" | "history">,
  isSubset: boolean,
): Verdict {
  if (reason === "aborted") {
    return verdictOf([
      notComparable(what.training, { "pt-BR": "o treino foi interrompido", en: "the training was stopped" }),
    ]);
  }
  const expectation = expectationFor(id, setting, isSubset);
  if (expectation === undefined) {
    const why = {
      "pt-BR": "não há execuções de referência com esta configuração e estes dados",
      en: "there are no runs of this setting on these data to compare with",
    };
    return verdictOf([notComparable(what.training, why, "runs")]);
  }
  if (reason === "diverged") return verdictOf([divergedCheck()]);
  return verdictOf([...bandChecks(history, expectation), notComparable(what.times, otherMachine)]);
}

/** Compares every epoch for which there are runs; a collapse is judged once, at the end. */
function bandChecks(history: readonly EpochRecord[], expectation: Expectation): Check[] {
  return history.flatMap((record, i) => {
    const figures = figuresOf(record);
    if (figures === undefined) return [];
    const isLast = i === history.length - 1;
    if (expectation.mayCollapse && isCollapsed(figures)) return isLast ? [collapsedCheck(figures)] : [];
    const ranges = expectation.ranges[record.epoch];
    return ranges === undefined ? [] : [epochCheck(record.epoch, figures, ranges, expectation)];
  });
}

/** What there is to compare with, for the setting of a cell's preset and no other. */
export function expectationFor(
  id: TrainingCellId,
  setting: TrainingSetting,
  isSubset: boolean,
): Expectation | undefined {
  const { orders, collapsed, ranges: referenceRanges } = referenceRuns[id];
  const mayCollapse = collapsed > 0;
  if (isSame(setting, presets[id].full)) {
    if (isSubset) return undefined;
    const source = { "pt-BR": `${orders} ordens em PyTorch`, en: `${orders} orders in PyTorch` };
    return { source, ranges: referenceRanges, mayCollapse };
  }
  const own = ownRuns[id].quick;
  if (own === undefined || !isSame(setting, { ...own.setting, seed: 0 })) return undefined;
  const n = own.runs.length;
  const ranges = Object.fromEntries(
    own.runs[0]!.epochs.map((_, i) => {
      const sound = mayCollapse ? own.runs.filter(({ epochs }) => !isCollapsed(epochs[i]!)) : own.runs;
      return [i + 1, rangesOf(sound, i + 1)];
    }),
  );
  return { source: { "pt-BR": `${n} ordens nossas`, en: `${n} orders of ours` }, ranges, mayCollapse };
}

function epochCheck(epoch: number, figures: EpochFigures, ranges: FigureRanges, { source }: Expectation): Check {
  const values = (Object.keys(figureNames) as (keyof EpochFigures)[]).flatMap((key) => {
    const range = ranges[key];
    if (range === undefined) return [];
    const { name, digits } = figureNames[key];
    return [{ name, live: Number(figures[key].toFixed(digits)), ...bandOf(range, digits), digits }];
  });
  const bands = values.map(({ name, low, high, digits }) => `${name} ${low.toFixed(digits)} … ${high.toFixed(digits)}`);
  return compareBands({
    what: { "pt-BR": `época ${epoch}`, en: `epoch ${epoch}` },
    against: "runs",
    values,
    band: localized((say) => `${bands.join(", ")}; ${say(source)}`),
  });
}

function collapsedCheck({ testAccuracy }: EpochFigures): Check {
  const { orders, collapsed } = referenceRuns.K8;
  return compareBands({
    what: what.collapsed,
    against: "runs",
    values: [{ name: "test acc", live: Number(testAccuracy.toFixed(3)), low: 0, high: COLLAPSED_ACCURACY }],
    band: localized((say, language) => {
      const most = say(decimals(COLLAPSED_ACCURACY, 2));
      return language === "pt-BR"
        ? `até ${most}, como terminaram ${collapsed} de ${orders} ordens em PyTorch`
        : `up to ${most}, as ${collapsed} of ${orders} orders in PyTorch ended`;
    }),
  });
}

function divergedCheck(): Check {
  const reason = { "pt-BR": "o treino divergiu", en: "the training diverged" };
  return { kind: "different", what: what.training, against: "runs", items: [], reason };
}

const otherMachine: Localized = { "pt-BR": "outra máquina", en: "another machine" };

/** Whether two settings differ in nothing but the order of the samples. */
function isSame(one: TrainingSetting, other: TrainingSetting): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as (keyof TrainingSetting)[]);
  names.delete("seed");
  return [...names].every((name) => one[name] === other[name]);
}
