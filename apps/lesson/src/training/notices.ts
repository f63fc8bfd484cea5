import type { DivergenceError } from "@camada/training";
import { type Localized, decimals, grouped, localized } from "../localized.ts";
import { isCollapsed, ownRuns } from "../recorded/bands.ts";
import { gentleRuns, referenceRuns } from "../recorded/reference-runs.ts";
import { trainCommandFor, type TrainingCellId, presets, type TrainingSetting } from "./setting.ts";

/** A stretch of time, rounded: seconds below two minutes, then minutes, then hours. */
export function duration(ms: number): Localized {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return { "pt-BR": `${seconds} s`, en: `${seconds} s` };
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return { "pt-BR": `${minutes} min`, en: `${minutes} min` };
  return localized((say) => `${say(decimals(minutes / 60, 1))} h`);
}

/** Which preset runs, as a sentence: the quick one because it was asked for. */
export function quickAsked(id: TrainingCellId): Localized {
  return localized((say, language) =>
    language === "pt-BR"
      ? `Treino curto, como pedido: ${say(extent(id))}. O treino do notebook, inteiro: \`camada run ${id} --full\`.`
      : `Short training, as asked: ${say(extent(id))}. The notebook's whole training: \`camada run ${id} --full\`.`,
  );
}

/** The quick preset because the full one would take too long here. */
export function quickChosen(id: TrainingCellId, stepMs: number, fullMs: number, limitMs: number): Localized {
  const { epochs } = presets[id].full;
  return localized((say, language) => {
    const [step, full, limit] = [`${Math.round(stepMs)} ms`, say(duration(fullMs)), say(duration(limitMs))];
    return language === "pt-BR"
      ? `Um passo leva ${step} aqui; as ${epochs} épocas do notebook levariam cerca de ${full}, mais que ${limit}. ` +
          `Por isso o treino é curto: ${say(extent(id))}. O inteiro: \`camada run ${id} --full\`.`
      : `A step takes ${step} here; the notebook's ${epochs} epochs would take about ${full}, more than ${limit}. ` +
          `So this training is short: ${say(extent(id))}. The whole one: \`camada run ${id} --full\`.`;
  });
}

/** The full training, and how long it will take. */
export function fullChosen({ epochs }: TrainingSetting, stepMs: number, fullMs: number): Localized {
  return localized((say, language) => {
    const [step, full] = [`${Math.round(stepMs)} ms`, say(duration(fullMs))];
    return language === "pt-BR"
      ? `O treino do notebook, inteiro: ${epochs} épocas. Um passo leva ${step} aqui, o treino cerca de ${full}.`
      : `The notebook's whole training: ${epochs} epochs. A step takes ${step} here, the training about ${full}.`;
  });
}

/** Why a run of the second setting collapses, and what does not. */
export function collapseExplained(setting: TrainingSetting): Localized {
  const { orders, collapsed } = referenceRuns.K8;
  const short = ownRuns.K8.quick?.runs ?? [];
  const shortCollapsed = short.filter(({ epochs }) => isCollapsed(epochs.at(-1)!)).length;
  const gentle = trainCommandFor({ ...presets.K8.full, learningRate: gentleRuns.learningRate, seed: setting.seed });
  const [from, to] = [gentleRuns.testAccuracy[10].low, gentleRuns.testAccuracy[10].high];
  return localized((say, language) =>
    language === "pt-BR"
      ? `A rede entrou em colapso: dá a mesma resposta a todas as imagens, certa em uma de dez. Com momentum 0.9 e taxa 0.1 ` +
        `o passo efetivo é dez vezes o da célula K3; um passo grande demais leva as unidades tanh à saturação, onde a ` +
        `derivada é quase zero, e delas não se volta. Não é um erro: ${collapsed} de ${orders} execuções de referência ` +
        `terminaram assim, e ${shortCollapsed} de ${short.length} dos nossos treinos curtos. A configuração suave chega a ${say(decimals(from, 3))} – ${say(decimals(to, 3))} em dez épocas: \`${gentle}\`.`
      : `The network has collapsed: it answers the same for every picture, right one time in ten. With momentum 0.9 and ` +
        `rate 0.1 the effective step is ten times that of cell K3; one step too large drives the tanh units into ` +
        `saturation, where their derivative is almost zero, and there is no way back. This is no mistake: ${collapsed} of ` +
        `${orders} reference runs ended so, and ${shortCollapsed} of ${short.length} short ones of ours. The gentle setting reaches ${from} – ${to} in ten epochs: \`${gentle}\`.`,
  );
}

/** That a run diverged, in words. */
export function divergenceExplained({ epoch, step, learningRate }: DivergenceError): Localized {
  return {
    "pt-BR":
      `O treino divergiu no passo ${step} da época ${epoch}: a perda deixou de ser um número finito com taxa de ` +
      `aprendizado ${learningRate}. O estado antes desse passo foi mantido. Use uma taxa menor.`,
    en:
      `The training diverged at step ${step} of epoch ${epoch}: the loss is no longer a finite number with learning ` +
      `rate ${learningRate}. The state before that step is kept. Use a smaller rate.`,
  };
}

function extent(id: TrainingCellId): Localized {
  const { epochs, trainSamples = 0, batchSize } = presets[id].quick;
  return localized((say, language) =>
    language === "pt-BR"
      ? `${epochs} épocas de ${say(grouped(trainSamples))} imagens reais, em lotes de ${batchSize}`
      : `${epochs} epochs of ${say(grouped(trainSamples))} real pictures, in batches of ${batchSize}`,
  );
}
