import { describe, expect, it } from "vitest";
import { sentenceLines } from "../src/cli/render-cell.ts";
import { Screen } from "../src/cli/screen.ts";

function screenWith(env: Readonly<Record<string, string>>): Screen {
  const sink = { write: () => true };
  const surroundings = { stdout: sink, stderr: sink, env, directory: ".", signal: new AbortController().signal };
  return new Screen({ ...surroundings, now: () => 0 }, "en", false);
}

describe("commands that are printed", () => {
  const text = { "pt-BR": "", en: "The whole one: `camada run K8 --full`. `camadas` stay." };

  it.each([
    [{}, "camada run K8 --full"],
    [{ npm_config_user_agent: "npm/11.0.0 node/v20.19.0" }, "camada run K8 --full"],
    [{ npm_config_user_agent: "pnpm/10.34.8 npm/? node/v20.19.0" }, "npx -y pnpm@10 camada run K8 --full"],
  ])("can be copied as the program was started, %o", (env, command) => {
    expect(sentenceLines(text, screenWith(env), 100)).toEqual([`The whole one: ${command}. camadas stay.`]);
  });
});

describe("the status line", () => {
  function drawn(text: string, columns: number, env: Readonly<Record<string, string>> = {}): string {
    let written = "";
    const stderr = { write: (part: string) => (written += part), isTTY: true, columns };
    const surroundings = { stdout: stderr, stderr, env, directory: ".", signal: new AbortController().signal };
    new Screen({ ...surroundings, now: () => 0 }, "en", false).status(text);
    return written;
  }

  it("stays one line on a narrow terminal, with room for ^C", () => {
    expect(drawn("x".repeat(17), 20)).toBe(`\r\u001b[2K${"x".repeat(17)}`);
    expect(drawn("x".repeat(18), 20)).toBe(`\r\u001b[2K${"x".repeat(16)}…`);
  });

  it("is not redrawn on a terminal without that ability", () => {
    expect(drawn("working", 20, { TERM: "dumb" })).toBe("working\n");
  });

  it("takes a terminal that does not know its width for one of the usual width", () => {
    expect(drawn("x".repeat(80), 0)).toBe(`\r\u001b[2K${"x".repeat(76)}…`);
    expect(drawn("x".repeat(80), 0, { COLUMNS: "100" })).toBe(`\r\u001b[2K${"x".repeat(80)}`);
  });
});
