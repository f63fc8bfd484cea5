import type { TraceCell } from "@camada/conv-math";
import { Fragment } from "preact";
import { say } from "../state.ts";
import { shortNumber } from "./step-text.ts";
import { stepperWords } from "./stepper-words.ts";

/** The products of one output, a line for each input channel, and their sum as the library gave it. */
export function Equation({ cell, output }: { readonly cell: TraceCell; readonly output: number }) {
  const isSingle = cell.partialSums.length === 1;
  return (
    <div class="equation">
      {cell.partialSums.map(({ inputChannel, terms, sum }) => (
        <p key={inputChannel}>
          {terms.map(({ x, weight, isPadding }, i) => (
            <Fragment key={i}>
              {i > 0 && " + "}
              <span class="product">
                <span class={isPadding ? "factor-ring" : "factor-input"}>{bracketed(x)}</span>×
                <span class="factor-kernel">{bracketed(weight)}</span>
              </span>
            </Fragment>
          ))}{" "}
          = <strong class={isSingle ? "factor-output" : ""}>{shortNumber(isSingle ? output : sum)}</strong>
        </p>
      ))}
      {!isSingle && (
        <p>
          {say(stepperWords.sum)}: {cell.partialSums.map(({ sum }) => bracketed(sum)).join(" + ")} ={" "}
          <strong class="factor-output">{shortNumber(output)}</strong>
        </p>
      )}
    </div>
  );
}

function bracketed(value: number): string {
  return value < 0 ? `(${shortNumber(value)})` : shortNumber(value);
}
