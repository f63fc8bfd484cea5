import type { Text } from "../../localized.ts";
import { backendEntries, type BackendId } from "../backends.ts";
import { computing } from "../computing.ts";
import { changeLink, link, say } from "../state.ts";
import { words } from "../words.ts";
import { backendsWords } from "./backends-words.ts";

/** The backends to choose from: which computes, and why others were refused. */
export function BackendChoice({ onChosen }: { readonly onChosen: () => void }) {
  const { value: now } = computing;
  const choose = (backend: string): void => {
    onChosen();
    changeLink({ backend });
  };
  return (
    <fieldset class="backend-list" aria-busy={now.status === "starting"}>
      <legend class="visually-hidden">{say(backendsWords.choose)}</legend>
      <Option id="auto" label={backendsWords.automatic} detail={backendsWords.automaticDetail} onChoose={choose} />
      {backendEntries.map(({ id, label }) => (
        <Option key={id} id={id} label={label} detail={detailOf(id)} onChoose={choose} />
      ))}
      {now.status === "failed" && (
        <p class="notice is-different" role="alert">
          {say(words.noBackend)}: {say(now.reason)}
        </p>
      )}
    </fieldset>
  );
}

interface OptionProps {
  readonly id: string;
  readonly label: Text;
  readonly detail: Text;
  readonly onChoose: (id: string) => void;
}

function Option({ id, label, detail, onChoose }: OptionProps) {
  return (
    <label class="backend-option">
      <input type="radio" name="backend" value={id} checked={link.value.backend === id} onChange={() => onChoose(id)} />
      <span>{say(label)}</span>
      {say(detail) !== "" && <small>{say(detail)}</small>}
    </label>
  );
}

/** What is known of a backend now. */
function detailOf(id: BackendId): string {
  const { value: now } = computing;
  if (now.status !== "ready") return "";
  if (now.id === id) return `${say(backendsWords.inUse)}: ${now.chosen.info.description}`;
  const reason = now.refusals.get(id);
  return reason === undefined ? say(backendsWords.untried) : `${say(backendsWords.refused)}: ${say(reason)}`;
}
