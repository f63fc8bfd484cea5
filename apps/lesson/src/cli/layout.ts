import { stripVTControlCharacters } from "node:util";

/** Columns that a text takes on a terminal; colours take none. */
export function visibleWidth(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/** The widest of some lines. */
export function widest(lines: readonly string[]): number {
  return Math.max(0, ...lines.map(visibleWidth));
}

/** Fills a text with blanks up to a width, at its end or, aligned right, before it. */
export function padded(text: string, width: number, align: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - visibleWidth(text)));
  return align === "left" ? text + blanks : blanks + text;
}

const NO_BREAK = "\u00a0";

/**
 * Breaks a text at blanks, but not within `3 × 3` or `30 %`. A word that is wider than the line keeps a line of its own:
 * nothing is ever cut.
 */
export function wrapped(text: string, width: number, followingIndent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  const words = text.replace(/ ([×%])/g, `${NO_BREAK}$1`).replace(/× /g, `×${NO_BREAK}`);
  for (const word of words.split(" ")) {
    const next = line === "" ? word : `${line} ${word}`;
    if (line !== "" && line.trim() !== "" && visibleWidth(next) > width) {
      lines.push(line);
      line = followingIndent + word;
    } else {
      line = next;
    }
  }
  return [...lines, line].map((done) => done.replaceAll(NO_BREAK, " "));
}

/** Two blocks of lines beside each other where they fit, else one under the other. */
export function beside(left: readonly string[], right: readonly string[], width: number, gap = 4): string[] {
  const column = widest(left);
  if (column + gap + widest(right) > width) return [...left, ...right];
  const rows = Math.max(left.length, right.length);
  return Array.from({ length: rows }, (_, i) => {
    const other = right[i];
    return other === undefined ? (left[i] ?? "") : padded(left[i] ?? "", column + gap) + other;
  });
}

/** Moves lines to the right; empty ones stay empty. */
export function indented(lines: readonly string[], by: number): string[] {
  return lines.map((line) => (line === "" ? line : " ".repeat(by) + line));
}
