import type { Check, Verdict } from "../../verdict.ts";
import { finding, verdictMarks, verdictWords } from "../../verdict-words.ts";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import { words } from "../words.ts";

/** The verdict of a cell: each check in a line, and behind it every number that was compared. */
export function VerdictView({ verdict }: { readonly verdict: Verdict }) {
  return (
    <div class={`verdict is-${verdict.kind}`} data-verdict={verdict.kind}>
      <p class="verdict-title">
        <span class="verdict-mark" aria-hidden="true">
          {verdictMarks[verdict.kind]}
        </span>{" "}
        <span class="visually-hidden">{say(words.verdict)}: </span>
        {say(verdictWords[verdict.kind])}
      </p>
      <ul>
        {verdict.checks.map((check, i) => (
          <li key={i}>
            <span class="check-mark" role="img" aria-label={say(verdictWords[check.kind])}>
              {verdictMarks[check.kind]}
            </span>
            <span>
              {say(check.what)}: {say(finding(check))}
            </span>
          </li>
        ))}
      </ul>
      <Compared checks={verdict.checks} />
    </div>
  );
}

function Compared({ checks }: { readonly checks: readonly Check[] }) {
  const items = checks.flatMap((check) => check.items.map((item) => ({ ...item, what: say(check.what) })));
  if (items.length === 0) return null;
  return (
    <details>
      <summary>
        {say(words.comparedNumbers)} ({items.length})
      </summary>
      <Scrollable label={say(words.comparedNumbers)}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{say(words.what)}</th>
              <th scope="col" class="right">
                {say(words.live)}
              </th>
              <th scope="col" class="right">
                {say(words.expected)}
              </th>
              <th scope="col">
                <span class="visually-hidden">{say(words.verdict)}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ name, what, live, expected, agrees }, i) => (
              <tr key={i}>
                <th scope="row" title={what}>
                  {name}
                </th>
                <td class="right">{live}</td>
                <td class="right">{expected}</td>
                <td>{agrees ? "✓" : "✗"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrollable>
    </details>
  );
}
