import { batch, effect } from "@preact/signals";
import { decodeLink, encodeLink } from "./link.ts";
import { link, linkProblems, schema } from "./state.ts";

/** Browsers refuse to write the address more than some hundred times in half a minute, as drawing would. */
const QUIET_MS = 400;

/** Follows the address, and writes it: a change of screen can be undone with the browser's button. */
export function keepAddress(): void {
  let written = location.hash.replace(/^#/, "");
  let { screen } = link.peek();
  const replace = atMostEvery(QUIET_MS, (address: string) => history.replaceState(null, "", address));
  effect(() => {
    const next = encodeLink(link.value);
    const isNewScreen = link.value.screen !== screen;
    ({ screen } = link.value);
    if (next === written) return;
    // An address that was not understood stays as it came until the reader changes something.
    if (linkProblems.peek().length > 0 && next === encodeLink(decodeLink(written, schema).link)) return;
    written = next;
    const address = next === "" ? location.pathname + location.search : `#${next}`;
    if (!isNewScreen) return replace.call(address);
    replace.flush();
    history.pushState(null, "", address);
  });
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);

  function follow(): void {
    replace.cancel();
    const hash = location.hash.replace(/^#/, "");
    if (hash === written) return;
    written = hash;
    const decoded = decodeLink(hash, schema);
    batch(() => {
      ({ screen } = decoded.link);
      link.value = decoded.link;
      linkProblems.value = decoded.problems;
    });
  }
}

/** Acts at once after a quiet time, and else at its end, with the newest argument. */
function atMostEvery<T>(quietMs: number, act: (argument: T) => void) {
  let waiting: { readonly argument: T } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): void => {
    if (waiting !== undefined) act(waiting.argument);
    waiting = undefined;
  };
  const call = (argument: T): void => {
    waiting = { argument };
    if (timer !== undefined) return;
    flush();
    timer = setTimeout(() => {
      timer = undefined;
      flush();
    }, quietMs);
  };
  return { call, flush, cancel: () => void (waiting = undefined) };
}
