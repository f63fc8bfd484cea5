import type { CellId } from "../cell.ts";
import { type Language, languages, type Localized } from "../localized.ts";
import { defaultsOf, type Parameters, withValues } from "../parameters.ts";
import { expectedInteger, expectedOneOf, expectedValue } from "./expected.ts";

/** Screens of the page. */
export const screens = ["lesson", "lab", "training", "backends"] as const;

/** One of {@link screens}. */
export type ScreenId = (typeof screens)[number];

/** Values of parameters by name. */
export type Values = Readonly<Record<string, number | string>>;

/** Everything that the page's address says. */
export interface Link {
  readonly screen: ScreenId;
  /** The cell to be shown. */
  readonly cell: CellId | undefined;
  /** Absent: the browser's. */
  readonly language: Language | undefined;
  readonly backend: string;
  /** Absent: each cell's own. */
  readonly seed: number | undefined;
  /** Values that differ from the lesson's, by cell. */
  readonly cells: Readonly<Partial<Record<CellId, Values>>>;
  /** Values of the lab that differ from its first ones. */
  readonly lab: Values;
  /** Numbers of the reader's own picture and kernel, row-major. */
  readonly ownPicture: readonly number[] | undefined;
  readonly ownKernel: readonly number[] | undefined;
}

/** What a link may speak of. */
export interface LinkSchema {
  readonly cells: Readonly<Partial<Record<string, Parameters>>>;
  readonly lab: Parameters;
  readonly backends: readonly string[];
}

/** A part of an address that was not understood, and left out. */
export interface LinkProblem {
  readonly key: string;
  readonly expected: Localized;
  readonly got: string;
}

const VERSION = "1";
const LARGEST_SEED = 2 ** 32 - 1;
/** Longer addresses are nobody's, and are not read. */
const MOST_CHARACTERS = 20_000;
/** The largest picture of the lab, and its largest set of kernels. */
const MOST_NUMBERS = 768;
const MOST_PROBLEMS = 5;
const SHOWN_CHARACTERS = 40;

/** The first page of the lesson, as it is without a hash. */
export const emptyLink: Link = {
  screen: "lesson",
  cell: undefined,
  language: undefined,
  backend: "auto",
  seed: undefined,
  cells: {},
  lab: {},
  ownPicture: undefined,
  ownKernel: undefined,
};

/** A link as a hash, without its `#`; empty for the first page. Only what differs from it is written. */
export function encodeLink(link: Link): string {
  const entries: [string, string][] = [];
  const add = (key: string, value: string | number | undefined): void => {
    if (value !== undefined) entries.push([key, String(value)]);
  };
  if (link.screen !== emptyLink.screen) add("screen", link.screen);
  if (link.screen === "lesson") add("cell", link.cell);
  add("lang", link.language);
  if (link.backend !== emptyLink.backend) add("backend", link.backend);
  add("seed", link.seed);
  for (const [cell, values] of Object.entries(link.cells)) {
    for (const [name, value] of Object.entries(values)) add(`${cell}.${name}`, value);
  }
  for (const [name, value] of Object.entries(link.lab)) add(`lab.${name}`, value);
  add("lab.x", link.ownPicture?.join("_"));
  add("lab.k", link.ownKernel?.join("_"));
  return entries.length === 0 ? "" : new URLSearchParams([["v", VERSION], ...entries]).toString();
}

/** Reads a hash, with or without its `#`. What it does not understand is named and left out; it never throws. */
export function decodeLink(hash: string, schema: LinkSchema): { link: Link; problems: readonly LinkProblem[] } {
  const text = hash.replace(/^#/, "");
  if (text === "") return { link: emptyLink, problems: [] };
  if (text.length > MOST_CHARACTERS) {
    const expected = {
      "pt-BR": `no máximo ${MOST_CHARACTERS} caracteres`,
      en: `at most ${MOST_CHARACTERS} characters`,
    };
    return { link: emptyLink, problems: [{ key: "#", expected, got: String(text.length) }] };
  }
  const entries = [...new URLSearchParams(text)];
  const [first] = entries;
  if (first?.[0] !== "v" || first[1] !== VERSION) {
    const expected = {
      "pt-BR": `um endereço que comece por v=${VERSION}`,
      en: `an address that begins with v=${VERSION}`,
    };
    return { link: emptyLink, problems: [{ key: "#", expected, got: shown(text) }] };
  }
  const reader = new LinkReader(schema);
  for (const [key, value] of entries.slice(1)) reader.read(key, value);
  return { link: reader.link, problems: reader.problems.slice(0, MOST_PROBLEMS) };
}

class LinkReader {
  link: Link = emptyLink;
  readonly problems: LinkProblem[] = [];
  readonly #schema: LinkSchema;

  constructor(schema: LinkSchema) {
    this.#schema = schema;
  }

  read(key: string, value: string): void {
    const { cells, lab, backends } = this.#schema;
    const [group, name] = splitOnce(key);
    if (key === "screen") this.#choice(key, value, screens, (screen) => ({ screen }));
    else if (key === "cell") this.#choice(key, value, Object.keys(cells) as CellId[], (cell) => ({ cell }));
    else if (key === "lang") this.#choice(key, value, languages, (language) => ({ language }));
    else if (key === "backend") this.#choice(key, value, ["auto", ...backends], (backend) => ({ backend }));
    else if (key === "seed") this.#seed(value);
    else if (key === "lab.x") this.#numbers(key, value, (ownPicture) => ({ ownPicture }));
    else if (key === "lab.k") this.#numbers(key, value, (ownKernel) => ({ ownKernel }));
    else if (group === "lab")
      this.#value(key, lab, name, value, (values) => ({ lab: { ...this.link.lab, ...values } }));
    else if (Object.hasOwn(cells, group)) {
      const id = group as CellId;
      this.#value(key, cells[group]!, name, value, (values) => {
        return { cells: { ...this.link.cells, [id]: { ...this.link.cells[id], ...values } } };
      });
    } else this.#refuse(shown(key), { "pt-BR": "um nome conhecido", en: "a known name" }, shown(value));
  }

  #set(change: Partial<Link>): void {
    this.link = { ...this.link, ...change };
  }

  #refuse(key: string, expected: Localized, got: string): void {
    this.problems.push({ key, expected, got: shown(got) });
  }

  #choice<T extends string>(
    key: string,
    value: string,
    allowed: readonly T[],
    change: (one: T) => Partial<Link>,
  ): void {
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.#refuse(key, expectedOneOf(allowed), value);
    else this.#set(change(found));
  }

  #seed(value: string): void {
    const seed = number(value);
    if (Number.isInteger(seed) && seed >= 0 && seed <= LARGEST_SEED) this.#set({ seed });
    else this.#refuse("seed", expectedInteger(0, LARGEST_SEED), value);
  }

  #numbers(key: string, value: string, change: (numbers: readonly number[]) => Partial<Link>): void {
    const numbers = value.split("_").map(number);
    if (numbers.length <= MOST_NUMBERS && numbers.every((one) => Math.abs(one) <= 1e6)) this.#set(change(numbers));
    else {
      const expected = {
        "pt-BR": `até ${MOST_NUMBERS} números até um milhão`,
        en: `up to ${MOST_NUMBERS} numbers up to a million`,
      };
      this.#refuse(key, expected, value);
    }
  }

  #value(
    key: string,
    parameters: Parameters,
    name: string,
    text: string,
    change: (values: Values) => Partial<Link>,
  ): void {
    if (!Object.hasOwn(parameters, name)) {
      return this.#refuse(shown(key), expectedOneOf(Object.keys(parameters)), shown(text));
    }
    const parameter = parameters[name]!;
    const value = parameter.kind === "choice" ? text : number(text);
    try {
      withValues(parameters, { [name]: value });
    } catch {
      return this.#refuse(key, expectedValue(parameter), text);
    }
    if (value !== defaultsOf(parameters)[name]) this.#set(change({ [name]: value }));
  }
}

/** A decimal number, or NaN: nothing but digits, sign, point and exponent. */
function number(text: string): number {
  return /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

function splitOnce(key: string): [group: string, name: string] {
  const at = key.indexOf(".");
  return at < 0 ? [key, ""] : [key.slice(0, at), key.slice(at + 1)];
}

function shown(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
