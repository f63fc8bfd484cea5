import { useEffect, useState } from "preact/hooks";
import { cellTexts } from "virtual:lesson-text";
import { outcomes, runAll } from "../cell-runs.ts";
import { computing, loadEngine } from "../computing.ts";
import { expectedInteger } from "../expected.ts";
import { changeLink, language, link, say } from "../state.ts";
import { saveFile } from "../save-file.ts";
import { words } from "../words.ts";
import { CellView } from "./cell-view.tsx";
import { Contents, ContentsDrawer, showCell } from "./contents.tsx";
import { useDrawnCells } from "./drawn-cells.ts";

/** The lesson: every cell in order, its contents at the side. */
export function LessonScreen() {
  const { cell } = link.value;
  const drawn = useDrawnCells(cell !== undefined);
  useEffect(() => {
    if (cell !== undefined) showCell(cell);
  }, [cell]);
  return (
    <div class="lesson">
      <aside class="side">
        <Contents />
      </aside>
      <div class="cells">
        <header class="lesson-head">
          <h1>{say(words.subtitle)}</h1>
          <p class="lead">{say(words.intro)}</p>
          <Toolbar />
        </header>
        {cellTexts.slice(0, drawn).map((cell) => (
          <CellView key={cell.id} cell={cell} />
        ))}
      </div>
      <ContentsDrawer />
    </div>
  );
}

function Toolbar() {
  const { value: now } = computing;
  const ran = outcomes();
  return (
    <div class="toolbar">
      <button type="button" class="primary" disabled={now.status !== "ready"} onClick={() => void runAll()}>
        {say(words.runAll)}
      </button>
      <SeedField />
      <button type="button" disabled={ran.length === 0 || now.status !== "ready"} onClick={() => void saveResults()}>
        {say(words.results)}
      </button>
    </div>
  );
}

const LARGEST_SEED = 2 ** 32 - 1;

function SeedField() {
  // Cells that finish draw the page anew: what is being typed must not give way to what stands in the address.
  const [typed, setTyped] = useState<string | undefined>(undefined);
  return (
    <label class="field field-row">
      <span>{say(words.seed)}</span>
      <input
        type="text"
        inputMode="numeric"
        placeholder={say(words.seedHint)}
        value={typed ?? link.value.seed ?? ""}
        title={say(expectedInteger(0, LARGEST_SEED))}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => {
          const text = currentTarget.value.trim();
          const seed = /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_SEED ? Number(text) : undefined;
          const isTaken = text === "" || seed !== undefined;
          currentTarget.setAttribute("aria-invalid", String(!isTaken));
          if (!isTaken) return;
          changeLink({ seed });
          setTyped(undefined);
        }}
      />
    </label>
  );
}

async function saveResults(): Promise<void> {
  const { value: now } = computing;
  if (now.status !== "ready") return;
  const { resultsJson } = await loadEngine();
  saveFile("camada.json", resultsJson(now.chosen, outcomes(), language.peek()), "application/json");
}
