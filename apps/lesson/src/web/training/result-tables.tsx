import type { EpochRecord } from "@camada/training";
import { decimals, inLanguage, type Language, type Text } from "../../localized.ts";
import type { Picture, PicturesOutput, TableOutput } from "../../output.ts";
import type { RecordedEpoch } from "../../recorded/training.ts";
import type { Verdict } from "../../verdict.ts";
import { finding, verdictMarks, verdictWords } from "../../verdict-words.ts";
import { PixelCanvas } from "./pixel-canvas.tsx";
import { words } from "./words.ts";

/** Epochs of the run, each above what the notebook recorded of it. */
export function EpochTable(props: {
  readonly history: readonly EpochRecord[];
  readonly recorded: readonly RecordedEpoch[];
  readonly language: Language;
}) {
  const { history, recorded, language } = props;
  const say = (value: number | undefined, digits: number): string =>
    value === undefined ? "–" : inLanguage(decimals(value, digits), language);
  const titles = ["trainLoss", "trainAccuracy", "testLoss", "testAccuracy", "time"] as const;
  return (
    <div class="training-scroll" tabIndex={0} role="region" aria-label={words.epochTable[language]}>
      <table>
        <thead>
          <tr>
            <th scope="col">#</th>
            {titles.map((title) => (
              <th key={title} scope="col">
                {words[title][language]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {history.flatMap(({ epoch, train, test, durationMs }) => {
            const before = recorded.find((one) => one.epoch === epoch);
            return [
              <tr key={epoch}>
                <th scope="row">{epoch}</th>
                <td>{say(train.loss, 4)}</td>
                <td>{say(train.accuracy, 3)}</td>
                <td>{say(test?.loss, 4)}</td>
                <td>{say(test?.accuracy, 3)}</td>
                <td>{say(durationMs / 1000, 1)} s</td>
              </tr>,
              before !== undefined && (
                <tr key={`${epoch}-recorded`} class="recorded">
                  <th scope="row">{words.recordedRow[language]}</th>
                  <td>{say(before.trainLoss, 4)}</td>
                  <td>{say(before.trainAccuracy, 3)}</td>
                  <td>{say(before.testLoss, 4)}</td>
                  <td>{say(before.testAccuracy, 3)}</td>
                  <td />
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The confusion matrix, darker where more pictures are, and the pictures that went most wrong. */
export function Mistakes(props: {
  readonly confusion: TableOutput;
  readonly worst: PicturesOutput;
  readonly language: Language;
}) {
  const { confusion, worst, language } = props;
  const say = (text: Text): string => inLanguage(text, language);
  const largest = Math.max(1, ...confusion.rows.flat().filter((cell) => typeof cell === "number"));
  return (
    <>
      <div class="training-scroll" tabIndex={0} role="region" aria-label={say(confusion.caption ?? "")}>
        <table class="confusion">
          <caption>{say(confusion.caption ?? "")}</caption>
          <thead>
            <tr>
              {confusion.columns.map(({ title }, i) => (
                <th key={i} scope="col">
                  {say(title)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.rows.map(([head, ...cells], row) => (
              <tr key={row}>
                <th scope="row">{say(head as Text)}</th>
                {cells.map((cell, i) => (
                  <td key={i} class={shade(cell, largest, i === row)}>
                    {typeof cell === "number" ? cell : say(cell as Text)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {worst.pictures.length > 0 && (
        <figure>
          <figcaption>{say(worst.caption ?? "")}</figcaption>
          <ul class="worst">
            {worst.pictures.map((picture, i) => (
              <li key={i}>
                <PixelCanvas image={imageOf(picture)} label={say(picture.label)} />
                {say(picture.label)}
              </li>
            ))}
          </ul>
        </figure>
      )}
    </>
  );
}

/** What the run's figures are worth beside the recorded ones. */
export function VerdictList({ verdict, language }: { readonly verdict: Verdict; readonly language: Language }) {
  return (
    <ul class="verdicts">
      {verdict.checks.map((check, i) => (
        <li key={i} class={check.kind}>
          <strong>
            {verdictMarks[check.kind]} {verdictWords[check.kind][language]}
          </strong>{" "}
          {check.what[language]}: {finding(check)[language]}
        </li>
      ))}
    </ul>
  );
}

/** One of five shades, by the share of the largest count. */
function shade(cell: unknown, largest: number, isRight: boolean): string {
  if (typeof cell !== "number" || cell === 0) return "";
  return `shade-${Math.ceil((4 * cell) / largest)}${isRight ? " right" : ""}`;
}

function imageOf({ width, height, pixels }: Picture): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set([pixels[i]!, pixels[i]!, pixels[i]!, 255], 4 * i);
  return image;
}
