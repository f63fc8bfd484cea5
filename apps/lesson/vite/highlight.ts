import { codeToTokensBase, createCssVariablesTheme } from "shiki";

/** Colours come out as `var(--t-token-keyword)`: names that become classes, as the page forbids inline styles. */
const theme = createCssVariablesTheme({ name: "classes", variablePrefix: "--t-", fontStyle: false });

/** TypeScript as HTML: a `span` with a class for each coloured token. */
export async function highlighted(code: string): Promise<string> {
  const lines = await codeToTokensBase(code, { lang: "ts", theme });
  return lines.map((tokens) => tokens.map(({ content, color }) => token(content, color ?? "")).join("")).join("\n");
}

function token(content: string, color: string): string {
  const name = /^var\(--t-token-(.+)\)$/.exec(color)?.[1];
  const text = content.replace(/[&<>]/g, (character) => ENTITIES[character]!);
  return name === undefined || content.trim() === "" ? text : `<span class="t-${name}">${text}</span>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
