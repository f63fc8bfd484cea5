import { encode } from "fast-png";
import { divergingColor } from "../figures/diverging-colors.ts";
import { inLanguage, type Language } from "../localized.ts";
import type { Picture, PicturesOutput } from "../output.ts";
import { wrapped } from "./layout.ts";
import { eachDot, GLYPH_HEIGHT, GLYPH_WIDTH, textWidth } from "./pixel-font.ts";

/** Pictures are enlarged to about this side, each pixel to a whole number of them. */
const SIDE = 112;
const GAP = 14;
const MARGIN = 16;
/** Pixels to a dot of text. */
const DOT = 2;
const LINE = DOT * (GLYPH_HEIGHT + 3);
const BAR_WIDTH = 256;
const BAR_HEIGHT = 16;

type Color = readonly [red: number, green: number, blue: number];
const INK: Color = [27, 31, 36];

/** The pictures on one sheet, with caption, labels and, where colours stand for numbers, their scale, as a PNG file. */
export function picturesPng(output: PicturesOutput, language: Language): Uint8Array {
  const { pictures, columns, caption, scale } = output;
  const enlarged = pictures.map((picture) => ({ picture, factor: Math.max(1, Math.round(SIDE / picture.width)) }));
  const labels = pictures.map(({ label }) => inLanguage(label, language));
  const cellWidth = Math.max(
    ...enlarged.map(({ picture, factor }) => factor * picture.width),
    ...labels.flatMap((label) => label.split(" ").map((word) => DOT * textWidth(word))),
  );
  const perLine = Math.floor(cellWidth / DOT / (GLYPH_WIDTH + 1));
  const lines = labels.map((label) => wrapped(label, perLine));
  const labelHeight = LINE * Math.max(...lines.map((text) => text.length));
  const cellHeight = Math.max(...enlarged.map(({ picture, factor }) => factor * picture.height)) + 6 + labelHeight;
  const rows = Math.ceil(pictures.length / columns);
  const inner = Math.max(columns * (cellWidth + GAP) - GAP, scale === undefined ? 0 : BAR_WIDTH);
  const heading =
    caption === undefined ? [] : wrapped(inLanguage(caption, language), Math.floor(inner / DOT / (GLYPH_WIDTH + 1)));
  const top = MARGIN + heading.length * LINE + (heading.length > 0 ? GAP : 0);
  const bottom = top + rows * (cellHeight + GAP) - GAP;
  const barHeight = scale === undefined ? 0 : GAP + BAR_HEIGHT + 6 + LINE;

  const sheet = new Sheet(inner + 2 * MARGIN, bottom + barHeight + MARGIN);
  for (const [i, line] of heading.entries()) sheet.text(MARGIN, MARGIN + i * LINE, line);
  for (const [i, { picture, factor }] of enlarged.entries()) {
    const x = MARGIN + (i % columns) * (cellWidth + GAP);
    const y = top + Math.floor(i / columns) * (cellHeight + GAP);
    sheet.picture(x, y, picture, factor);
    for (const [j, line] of lines[i]!.entries()) sheet.text(x, y + factor * picture.height + 6 + j * LINE, line);
  }
  if (scale !== undefined) sheet.scale(MARGIN, bottom + GAP, scale.limit);
  return sheet.encode();
}

/** A white sheet to draw on. */
class Sheet {
  readonly #width: number;
  readonly #height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#pixels = new Uint8Array(3 * width * height).fill(255);
  }

  encode(): Uint8Array {
    return encode({ width: this.#width, height: this.#height, data: this.#pixels, channels: 3, depth: 8 });
  }

  picture(left: number, top: number, { width, height, channels, pixels }: Picture, factor: number): void {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = channels * (y * width + x);
        const [green, blue] = channels === 1 ? [at, at] : [at + 1, at + 2];
        this.#square(left + x * factor, top + y * factor, factor, [pixels[at]!, pixels[green]!, pixels[blue]!]);
      }
    }
  }

  text(left: number, top: number, text: string): void {
    eachDot(text, (x, y) => this.#square(left + DOT * x, top + DOT * y, DOT, INK));
  }

  /** The colours from −limit to limit, with both ends and zero written under them. */
  scale(left: number, top: number, limit: number): void {
    for (let x = 0; x < BAR_WIDTH; x++) {
      const color = divergingColor((2 * x) / (BAR_WIDTH - 1) - 1);
      for (let y = 0; y < BAR_HEIGHT; y++) this.#square(left + x, top + y, 1, color);
    }
    const below = top + BAR_HEIGHT + 6;
    const end = limit.toPrecision(2);
    this.text(left, below, `−${end}`);
    this.text(left + BAR_WIDTH / 2 - (DOT * textWidth("0")) / 2, below, "0");
    this.text(left + BAR_WIDTH - DOT * textWidth(end), below, end);
  }

  #square(left: number, top: number, side: number, color: Color): void {
    for (let y = top; y < Math.min(top + side, this.#height); y++) {
      for (let x = left; x < Math.min(left + side, this.#width); x++)
        this.#pixels.set(color, 3 * (y * this.#width + x));
    }
  }
}
