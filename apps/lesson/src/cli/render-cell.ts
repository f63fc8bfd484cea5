import type { Cell, Prose } from "../cell.ts";
import { inLanguage, type Text } from "../localized.ts";
import { indented, visibleWidth, wrapped } from "./layout.ts";
import { messages } from "./messages.ts";
import type { Screen, Style } from "./screen.ts";

/** Everything but the heading stands this far in. */
export const INDENT = 2;

/** A cell's heading as a rule across the screen. */
export function headingLines({ id, title }: Cell, { language, style, width }: Screen): string[] {
  const text = `── ${id} · ${inLanguage(title, language)} `;
  return ["", style.bold(text) + style.dim("─".repeat(Math.max(2, width - visibleWidth(text)))), ""];
}

/** A cell's prose and code. */
export function proseLines({ prose, code }: Cell, screen: Screen): string[] {
  const { style, width } = screen;
  const paragraphs = prose.flatMap((part) => [...partLines(part, screen, width - INDENT), ""]);
  const codeLines = code === undefined ? [] : [...code.split("\n").map((line) => coloredCode(line, style)), ""];
  return [...indented(paragraphs, INDENT), ...indented(codeLines, 2 * INDENT)];
}

function coloredCode(line: string, style: Style): string {
  return line === "" ? line : style.code(line);
}

/** A sentence, broken into lines, with code coloured. */
export function sentenceLines(text: Text, screen: Screen, width: number): string[] {
  return wrapped(inline(inLanguage(text, screen.language), screen), width);
}

function partLines(part: Prose, screen: Screen, width: number): string[] {
  const { language, style } = screen;
  switch (part.kind) {
    case "paragraph":
      return wrapped(inline(part.text[language], screen), width);
    case "formula":
      return indented([style.bold(part.text)], 2 * INDENT);
    case "remark": {
      const start = style.warning(inLanguage(messages.remark, language));
      return wrapped(`${start} ${inline(part.text[language], screen)}`, width);
    }
  }
}

/** Backticks become colour, or vanish where there is none. Colours never span a blank, so lines may break anywhere. */
function inline(text: string, screen: Screen): string {
  const colored = (words: string) => words.split(" ").map(screen.style.code).join(" ");
  return text.replace(/`([^`]+)`/g, (_, inside: string) => colored(screen.command(inside)));
}
