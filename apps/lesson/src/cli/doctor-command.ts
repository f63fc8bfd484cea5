import { diagnoseCuda, type CudaDiagnosis } from "@camada/backend-cuda";
import { inLanguage, type Text } from "../localized.ts";
import { type CommandContext, printJson, printTable } from "./command.ts";
import { cardText, doctorWords, partNames, problemSentence } from "./doctor-words.ts";
import { wrapped } from "./layout.ts";
import { messages } from "./messages.ts";

/** `camada doctor`: what this machine has of CUDA, what it lacks, and the one command that mends it. */
export async function doctorCommand(context: CommandContext): Promise<number> {
  return reportDiagnosis(context, await diagnoseCuda());
}

/**
 * Prints a diagnosis.
 * @returns the exit code: 1 when something is missing.
 */
export function reportDiagnosis(context: CommandContext, diagnosis: CudaDiagnosis): number {
  const { options } = context;
  if (options.format === "text") printReport(context, diagnosis);
  else printJson(context, "doctor", entriesOf(context, diagnosis));
  return diagnosis.problems.length === 0 ? 0 : 1;
}

/** A line of the report. */
interface Part {
  readonly name: Text;
  readonly isFound: boolean;
  readonly isNeeded: boolean;
  /** Version, then place; what a card is. */
  readonly details: readonly (Text | undefined)[];
}

function partsOf({ driver, nvrtc, optional, cards }: CudaDiagnosis): Part[] {
  const { cudaVersion, version, file } = driver ?? {};
  const cuda = cudaVersion === undefined ? undefined : `CUDA ${cudaVersion}`;
  const cardParts = cards.map((card) => {
    const name = { "pt-BR": `placa ${card.index}`, en: `card ${card.index}` };
    return { name, isFound: true, isNeeded: true, details: [cardText(card)] };
  });
  const noCard = { name: doctorWords.card, isFound: false, isNeeded: true, details: [doctorWords.none] };
  return [
    {
      name: partNames.driver,
      isFound: cudaVersion !== undefined,
      isNeeded: true,
      details: [version, cuda, file],
    },
    ...(cards.length === 0 ? [noCard] : cardParts),
    {
      name: partNames.nvrtc,
      isFound: nvrtc !== undefined,
      isNeeded: true,
      details: [nvrtc?.version, nvrtc?.file],
    },
    ...optional.map(({ name, found }) => ({
      name: partNames[name],
      isFound: found !== undefined,
      isNeeded: false,
      details: [found?.version, found?.file],
    })),
  ];
}

function printReport(context: CommandContext, diagnosis: CudaDiagnosis): void {
  const { screen } = context;
  const { language, style, width } = screen;
  printTable(context, {
    columns: [{ title: "" }, { title: doctorWords.part }, { title: messages.description }],
    rows: partsOf(diagnosis).map(({ name, isFound, isNeeded, details }) => {
      const present = details.filter((text) => text !== undefined).map((text) => inLanguage(text, language));
      const absent = isNeeded ? doctorWords.missing : doctorWords.unneeded;
      const description = present.length > 0 ? present.join(", ") : absent;
      return [isFound ? "●" : isNeeded ? "✗" : "○", inLanguage(name, language), description];
    }),
  });
  const command = (text: string): string => style.code(screen.command(text));
  for (const { kind, details, command: mending } of diagnosis.problems) {
    const sentence = problemSentence(kind, diagnosis, details)[language];
    screen.print(["", ...wrapped(`✗ ${sentence}`, width, "  ")]);
    if (mending !== undefined) screen.print([`  ${doctorWords.mend[language]} ${command(mending)}`]);
  }
  const isReady = diagnosis.problems.length === 0;
  const next = isReady ? doctorWords.ready : doctorWords.meanwhile;
  screen.print(["", next[language], `  ${command(`camada run --all --backend ${isReady ? "cuda" : "cpu"}`)}`]);
}

/** The parts and the problems, each an object that says which it is. */
function entriesOf({ screen: { language } }: CommandContext, diagnosis: CudaDiagnosis): object[] {
  const { driver, nvrtc, optional, cards, problems } = diagnosis;
  const part = (name: string, isNeeded: boolean, found: object | undefined, isFound = found !== undefined): object => {
    return { type: "part", name, isNeeded, isFound, ...found };
  };
  return [
    // Half a driver is none.
    part("driver", true, driver, driver?.cudaVersion !== undefined),
    part("nvrtc", true, nvrtc),
    ...optional.map(({ name, found }) => part(name, false, found)),
    ...cards.map((card) => ({ type: "card", ...card })),
    ...problems.map(({ kind, details, command }) => {
      return { type: "problem", kind, sentence: problemSentence(kind, diagnosis, details)[language], command };
    }),
  ];
}
