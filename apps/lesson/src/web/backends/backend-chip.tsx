import { backendEntries } from "../backends.ts";
import { computing } from "../computing.ts";
import { changeLink, say } from "../state.ts";
import { words } from "../words.ts";

/** What computes, always in sight; leads to the screen where it is explained and changed. */
export function BackendChip() {
  const { value: now } = computing;
  const label =
    now.status === "ready"
      ? say(backendEntries.find(({ id }) => id === now.id)!.label)
      : say(now.status === "failed" ? words.noBackend : words.starting);
  return (
    <a
      class={`chip chip-${now.status}`}
      href="#v=1&screen=backends"
      title={`${say(words.runsOn)} ${label}`}
      onClick={(event) => {
        event.preventDefault();
        changeLink({ screen: "backends" });
      }}
    >
      <span class="dot" aria-hidden="true" />
      <span class="chip-label">{label}</span>
    </a>
  );
}
