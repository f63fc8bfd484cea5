import { useRef } from "preact/hooks";
import { cellTexts } from "virtual:lesson-text";
import type { CellId } from "../../cell.ts";
import { verdictMarks, verdictWords } from "../../verdict-words.ts";
import { cellState } from "../cell-runs.ts";
import { changeLink, say } from "../state.ts";
import { words } from "../words.ts";

/** The cells by name, each with its verdict once it has one. */
export function Contents({ onChosen }: { readonly onChosen?: () => void }) {
  return (
    <nav class="contents" aria-label={say(words.contents)}>
      <ol>
        {cellTexts.map(({ id, title }) => (
          <li key={id}>
            <a
              href={`#v=1&cell=${id}`}
              onClick={(event) => {
                event.preventDefault();
                onChosen?.();
                changeLink({ cell: id });
                showCell(id);
              }}
            >
              <span class="cell-id">{id}</span>
              <span>{say(title)}</span>
              <Mark id={id} />
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Mark({ id }: { readonly id: CellId }) {
  const { verdict } = cellState(id).value;
  if (verdict === undefined) return null;
  return (
    <span class={`mark-verdict is-${verdict.kind}`} role="img" aria-label={say(verdictWords[verdict.kind])}>
      {verdictMarks[verdict.kind]}
    </span>
  );
}

/** The same in a drawer, for narrow pages. */
export function ContentsDrawer() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="open-contents" onClick={() => dialog.current?.showModal()}>
        <span aria-hidden="true">☰</span> {say(words.contents)}
      </button>
      <dialog
        ref={dialog}
        class="drawer"
        aria-label={say(words.contents)}
        onClick={({ target }) => target === dialog.current && dialog.current?.close()}
      >
        <div class="drawer-head">
          <h2>{say(words.contents)}</h2>
          <button type="button" onClick={() => dialog.current?.close()}>
            {say(words.close)}
          </button>
        </div>
        <Contents onChosen={() => dialog.current?.close()} />
      </dialog>
    </>
  );
}

/** Scrolls to a cell, and puts the focus on its heading. */
export function showCell(id: CellId): void {
  const cell = document.getElementById(id);
  cell?.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  cell?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
}
