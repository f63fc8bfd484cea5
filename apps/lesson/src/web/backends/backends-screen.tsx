import { useEffect, useState } from "preact/hooks";
import { Scrollable } from "../scrollable.tsx";
import { say } from "../state.ts";
import type { Agreement } from "./agreement.ts";
import { AgreementView } from "./agreement-view.tsx";
import { BackendChoice } from "./backend-choice.tsx";
import { backendsWords } from "./backends-words.ts";
import { type BrowserFact, browserFacts } from "./browser-facts.ts";
import { CopyReport } from "./copy-report.tsx";

/** What can compute here, what does, and how well. */
export function BackendsScreen() {
  const [facts, setFacts] = useState<readonly BrowserFact[]>([]);
  const [agreement, setAgreement] = useState<Agreement>();
  useEffect(() => void browserFacts().then(setFacts), []);
  return (
    <section class="screen backends">
      <header class="lesson-head">
        <h1>{say(backendsWords.title)}</h1>
        <p class="lead">{say(backendsWords.lead)}</p>
      </header>
      <BackendChoice onChosen={() => setAgreement(undefined)} />
      <AgreementView agreement={agreement} onMeasured={setAgreement} />
      <h2>{say(backendsWords.offers)}</h2>
      <Scrollable label={say(backendsWords.offers)}>
        <FactsTable facts={facts} />
      </Scrollable>
      <CopyReport facts={facts} agreement={agreement} />
    </section>
  );
}

function FactsTable({ facts }: { readonly facts: readonly BrowserFact[] }) {
  const { what, has, detail, yes, no } = backendsWords;
  return (
    <table class="table facts-table">
      <thead>
        <tr>
          <th scope="col">{say(what)}</th>
          <th scope="col">{say(has)}</th>
          <th scope="col">{say(detail)}</th>
        </tr>
      </thead>
      <tbody>
        {facts.map((fact) => (
          <tr key={fact.name}>
            <th scope="row">{fact.name}</th>
            <td>{say(fact.has ? yes : no)}</td>
            <td>{say(fact.detail)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
