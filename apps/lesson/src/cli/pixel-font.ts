/** Size of a glyph, without the gap to its neighbours. */
export const GLYPH_WIDTH = 5;
export const GLYPH_HEIGHT = 7;

/** Seven rows from the top, each a digit to base 32: its five bits are the pixels from left to right. */
const GLYPHS: Readonly<Record<string, string>> = {
  A: "ehhvhhh",
  B: "uhhuhhu",
  C: "ehggghe",
  D: "uhhhhhu",
  E: "vgguggv",
  F: "vgguggg",
  G: "ehgnhhf",
  H: "hhhvhhh",
  I: "e44444e",
  J: "72222ic",
  K: "hikokih",
  L: "ggggggv",
  M: "hrllhhh",
  N: "hhpljhh",
  O: "ehhhhhe",
  P: "uhhuggg",
  Q: "ehhhlid",
  R: "uhhukih",
  S: "fgge11u",
  T: "v444444",
  U: "hhhhhhe",
  V: "hhhhha4",
  W: "hhhllla",
  X: "hha4ahh",
  Y: "hhha444",
  Z: "v1248gv",
  "0": "ehjlphe",
  "1": "4c4444e",
  "2": "eh1248v",
  "3": "v2421he",
  "4": "26aiv22",
  "5": "vgu11he",
  "6": "68guhhe",
  "7": "v124888",
  "8": "ehhehhe",
  "9": "ehhf12c",
  " ": "0000000",
  ".": "00000cc",
  ",": "0000c48",
  ":": "0cc0cc0",
  ";": "0cc0c48",
  "-": "000v000",
  "−": "000v000",
  "+": "044v440",
  "=": "00v0v00",
  "×": "0ha4ah0",
  "/": "01248g0",
  "'": "4480000",
  "–": "000v000",
  "·": "0004000",
  "→": "042v240",
  "(": "2488842",
  ")": "8422248",
  "%": "op248j3",
  "…": "000000l",
};

/** Accents, by their combining character: the row of the first digit, then the rows. */
const ACCENTS: Readonly<Record<string, readonly [y: number, rows: string]>> = {
  "\u0300": [-3, "84"],
  "\u0301": [-3, "24"],
  "\u0302": [-3, "4a"],
  "\u0303": [-3, "dm"],
  "\u0327": [GLYPH_HEIGHT, "48"],
};

const NO_ACCENT = [0, ""] as const;

/** Stands for what has no glyph. */
const UNKNOWN = "vhhhhhv";

/** Pixels that a text is wide, at one pixel to a dot. */
export function textWidth(text: string): number {
  return Math.max(0, [...text.normalize("NFC")].length * (GLYPH_WIDTH + 1) - 1);
}

/** Calls a function for each dot of a line of text, in capitals. Accents reach three rows above, and two below. */
export function eachDot(text: string, draw: (x: number, y: number) => void): void {
  for (const [i, letter] of [...text.toUpperCase().normalize("NFC")].entries()) {
    const [character, ...marks] = letter.normalize("NFD");
    const accents = marks.map((mark) => ACCENTS[mark] ?? NO_ACCENT);
    for (const [top, rows] of [[0, GLYPHS[character!] ?? UNKNOWN] as const, ...accents]) {
      for (const [row, digit] of [...rows].entries()) {
        const bits = parseInt(digit, 32);
        for (let x = 0; x < GLYPH_WIDTH; x++) {
          if (bits & (1 << (GLYPH_WIDTH - 1 - x))) draw(i * (GLYPH_WIDTH + 1) + x, top + row);
        }
      }
    }
  }
}
