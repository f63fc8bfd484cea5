import { computed, signal } from "@preact/signals";
import { cellTexts } from "virtual:lesson-text";
import type { CellId } from "../cell.ts";
import { type Language, languages, type Text, inLanguage } from "../localized.ts";
import { defaultsOf, type ValuesOf } from "../parameters.ts";
import { backendEntries } from "./backends.ts";
import { labParameters } from "./lab/lab-parameters.ts";
import { decodeLink, type Link, type LinkProblem, type LinkSchema, type Values } from "./link.ts";

/** What an address may speak of. */
export const schema: LinkSchema = {
  cells: Object.fromEntries(cellTexts.map(({ id, parameters }) => [id, parameters])),
  lab: labParameters,
  backends: backendEntries.map(({ id }) => id),
};

/** What the address says, and what the reader changed since. */
export const link = signal<Link>(decodeLink(location.hash, schema).link);

/** Parts of the address that were not understood. */
export const linkProblems = signal<readonly LinkProblem[]>(decodeLink(location.hash, schema).problems);

/** The language of the page: the reader's choice, or else the browser's. */
export const language = computed<Language>(() => link.value.language ?? browserLanguage());

/** Changes a part of the link. */
export function changeLink(change: Partial<Link>): void {
  link.value = { ...link.peek(), ...change };
}

/** The text in the page's language. */
export function say(text: Text): string {
  return inLanguage(text, language.value);
}

/** A cell's values: the lesson's own with the reader's changes. */
export function cellValues(id: CellId): Values {
  return { ...defaultsOf(schema.cells[id]!), ...link.value.cells[id] };
}

/** The lab's values. */
export function labValues(): ValuesOf<typeof labParameters> {
  return { ...defaultsOf(labParameters), ...link.value.lab };
}

/** Changes a parameter of a cell. */
export function setCellValue(id: CellId, name: string, value: number | string): void {
  const { cells } = link.peek();
  const isDefault = schema.cells[id]![name]!.default === value;
  changeLink({ cells: { ...cells, [id]: withEntry(cells[id] ?? {}, name, isDefault ? undefined : value) } });
}

/** Puts the lesson's own values back. */
export function resetCell(id: CellId): void {
  const { [id]: _, ...cells } = link.peek().cells;
  changeLink({ cells });
}

/** Changes parameters of the lab. */
export function setLabValues(changes: Values): void {
  let { lab } = link.peek();
  for (const [name, value] of Object.entries(changes)) {
    const isDefault = labParameters[name as keyof typeof labParameters].default === value;
    lab = withEntry(lab, name, isDefault ? undefined : value);
  }
  changeLink({ lab });
}

function withEntry(values: Values, name: string, value: number | string | undefined): Values {
  const { [name]: _, ...rest } = values;
  return value === undefined ? rest : { ...rest, [name]: value };
}

function browserLanguage(): Language {
  for (const wanted of navigator.languages) {
    if (wanted.toLowerCase().startsWith("pt")) return "pt-BR";
    if (wanted.toLowerCase().startsWith("en")) return "en";
  }
  return languages[1];
}
