import { grouped, inLanguage, type Language } from "../localized.ts";
import type { BarsOutput, Picture, PicturesOutput } from "../output.ts";
import { padded, widest } from "./layout.ts";

/** From dark to light. */
const SHADES = [" ", "░", "▒", "▓", "█"] as const;
const BAR_WIDTH = 40;

/** Pictures as blocks of shade, two rows of pixels to one of text, as many side by side as fit. */
export function pictureLines({ pictures }: PicturesOutput, width: number, language: Language): string[] {
  const blocks = pictures.map((picture) => [inLanguage(picture.label, language), ...shaded(picture)]);
  const lines: string[] = [];
  let row: string[][] = [];
  let used = 0;
  const flush = (): void => {
    if (row.length > 0) lines.push(...rowLines(row), "");
    [row, used] = [[], 0];
  };
  for (const block of blocks) {
    const needed = widest(block) + (row.length === 0 ? 0 : 2);
    if (used + needed > width) flush();
    row.push(block);
    used += needed;
  }
  flush();
  return lines.slice(0, -1);
}

/** Bars with their values. */
export function barLines({ bars }: BarsOutput, language: Language): string[] {
  const labels = bars.map(({ label }) => inLanguage(label, language));
  const most = Math.max(...bars.map(({ value }) => value));
  const column = widest(labels);
  const values = bars.map(({ value }) => grouped(value)[language]);
  const valueColumn = widest(values);
  return bars.map(({ value }, i) => {
    const bar = "█".repeat(Math.round((BAR_WIDTH * value) / most));
    return `${padded(labels[i]!, column)}  ${padded(bar, BAR_WIDTH)}  ${padded(values[i]!, valueColumn, "right")}`;
  });
}

function rowLines(blocks: readonly string[][]): string[] {
  const height = Math.max(...blocks.map((block) => block.length));
  return Array.from({ length: height }, (_, i) =>
    blocks.map((block) => padded(block[i] ?? "", widest(block))).join("  "),
  );
}

function shaded({ width, height, channels, pixels }: Picture): string[] {
  const brightness = (i: number, j: number): number => {
    if (i >= height) return 0;
    const at = (i * width + j) * channels;
    const values = pixels.subarray(at, at + channels);
    return values.reduce((sum, value) => sum + value, 0) / channels;
  };
  const rows = Array.from({ length: Math.ceil(height / 2) }, (_, i) =>
    Array.from({ length: width }, (__, j) => {
      const mean = (brightness(2 * i, j) + brightness(2 * i + 1, j)) / 2;
      return SHADES[Math.round((mean / 255) * (SHADES.length - 1))]!;
    }).join(""),
  );
  return rows;
}
