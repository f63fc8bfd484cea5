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
