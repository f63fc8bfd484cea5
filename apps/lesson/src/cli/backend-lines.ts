import type { BackendInfo } from "@camada/tensor";
import { inLanguage } from "../localized.ts";
import { engineRefusal } from "../refusal.ts";
import { sentenceLines } from "./render-cell.ts";
import type { Screen } from "./screen.ts";

/** What computes, in a dim line, after a sentence for every faster engine that had to be passed over. */
export function backendLines({ description, rejected }: BackendInfo, screen: Screen): string[] {
  const { language, style, width } = screen;
  const sentences = rejected.map(({ engine, reason }) => `${engine}: ${inLanguage(engineRefusal(reason), language)}`);
  return [...sentences, description].flatMap((text) => sentenceLines(text, screen, width)).map(style.dim);
}
