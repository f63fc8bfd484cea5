import { useState } from "preact/hooks";
import { decimals, exponential } from "../../localized.ts";
import { computing, inTurn } from "../computing.ts";
import { say } from "../state.ts";
import type { Agreement } from "./agreement.ts";
import { backendsWords } from "./backends-words.ts";

interface AgreementProps {
  readonly agreement: Agreement | undefined;
  readonly onMeasured: (agreement: Agreement) => void;
}

/** Measures how far the backend is from float64, and its time. */
export function AgreementView({ agreement, onMeasured }: AgreementProps) {
  const [isMeasuring, setIsMeasuring] = useState(false);
  const measure = async (): Promise<void> => {
    setIsMeasuring(true);
    try {
      const { measureAgreement } = await import("./agreement.ts");
      onMeasured(await inTurn(measureAgreement));
    } finally {
      setIsMeasuring(false);
    }
  };
  return (
    <>
      <h2>{say(backendsWords.agreement)}</h2>
      <p class="lead-small">{say(backendsWords.agreementLead)}</p>
      <div class="run-row">
        <button
          type="button"
          class="primary"
          disabled={isMeasuring || computing.value.status !== "ready"}
          onClick={() => void measure()}
        >
          {say(isMeasuring ? backendsWords.measuring : backendsWords.measure)}
        </button>
      </div>
      <dl class="facts" aria-live="polite">
        {agreement !== undefined && (
          <>
            <div>
              <dt>{say(backendsWords.error)}</dt>
              <dd data-agreement>{say(exponential(agreement.scaledError, 1))}</dd>
            </div>
            <div>
              <dt>{say(backendsWords.time)}</dt>
              <dd>{say(decimals(agreement.convolutionMs, 2))} ms</dd>
            </div>
          </>
        )}
      </dl>
    </>
  );
}
