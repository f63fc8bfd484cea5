import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Plugin } from "vite";
import type { Cell, Prose } from "../src/cell.ts";
import type { CellText, ProseText } from "../src/web/cell-text.ts";
import { highlighted } from "./highlight.ts";
import { mathml } from "./mathml.ts";

const ID = "virtual:lesson-text";
const RESOLVED = `\0${ID}`;

type CellData = Omit<Cell, "run">;

/**
 * Gives the page `virtual:lesson-text`: the cells as data, their code highlighted and their formulas as MathML. The
 * cells' functions, and tfjs with them, stay out of the page's first chunk.
 */
export function lessonText(): Plugin {
  return {
    name: "camada-lesson-text",
    resolveId: (id) => (id === ID ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const cells = await readCells();
      const texts = await Promise.all(cells.map(cellText));
      return `export const cellTexts = JSON.parse(${JSON.stringify(JSON.stringify(texts))});`;
    },
    hotUpdate({ file, server }) {
      if (!/\/src\/(cells|recorded|training)\//.test(file)) return undefined;
      const module = server.moduleGraph.getModuleById(RESOLVED);
      if (module !== undefined) server.moduleGraph.invalidateModule(module);
      server.ws.send({ type: "full-reload" });
      return [];
    },
  };
}

async function readCells(): Promise<readonly CellData[]> {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const script = fileURLToPath(new URL("print-cells.ts", import.meta.url));
  const flags = ["--conditions=@camada/source", "--disable-warning=DEP0205", "--import", "tsx", script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: folder, maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as readonly CellData[];
}

async function cellText({ id, kind, title, prose, code, recorded, parameters }: CellData): Promise<CellText> {
  const codeHtml = code === undefined ? undefined : await highlighted(code);
  return {
    id,
    kind,
    title,
    prose: prose.map(proseText),
    ...(code === undefined || codeHtml === undefined ? {} : { code: { text: code, html: codeHtml } }),
    recorded,
    parameters,
  };
}

function proseText(part: Prose): ProseText {
  return part.kind === "formula" ? { kind: "formula", text: part.text, mathml: mathml(part.tex) } : part;
}
