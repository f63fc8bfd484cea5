import { inLanguage } from "../localized.ts";
import type { Output, RecordedOutput } from "../output.ts";
import { shapeText } from "../shape-text.ts";
import { beside, padded, visibleWidth, widest, wrapped } from "./layout.ts";
import { messages } from "./messages.ts";
import { barLines, pictureLines } from "./render-pictures.ts";
import { tableLines } from "./render-table.ts";
import { traceLines } from "./render-trace.ts";
import type { Screen } from "./screen.ts";

/** An output as lines: caption, what we got, and beside or under it, dimmed, what the notebook recorded. */
export function outputLines(output: Output, screen: Screen, width: number): string[] {
  const live = liveLines(output, screen, width);
  if (live.length === 0) return [];
  const { recorded, caption } = output;
  const { language, style } = screen;
  const heading = caption ?? (recorded === undefined ? undefined : messages.here);
  const headed = heading === undefined ? live : [style.bold(inLanguage(heading, language)), ...live];
  return recorded === undefined ? headed : beside(headed, recordedLines(recorded, screen), width);
}

/** What the notebook printed, marked as such with and without colours. */
function recordedLines(recorded: RecordedOutput, { language, style }: Screen): string[] {
  const heading = `${inLanguage(messages.notebook, language)}${recorded.label === undefined ? "" : `, ${recorded.label}`}`;
  return [heading, ...recorded.text.split("\n")].map((line) => style.dim(`┆ ${line}`));
}

function liveLines(output: Output, { language, style }: Screen, width: number): string[] {
  switch (output.kind) {
    case "text":
      return inLanguage(output.text, language)
        .split("\n")
        .flatMap((line) => (visibleWidth(line) > width ? wrapped(line, width) : [line]));
    case "array":
      return output.printed.split("\n");
    case "shapes": {
      const calls = output.rows.map(({ call }) => call);
      const column = widest(calls);
      return output.rows.map(({ input, output: result }, i) => {
        return `${padded(calls[i]!, column)}  ${shapeText(input)} → ${style.bold(shapeText(result))}`;
      });
    }
    case "table":
      return tableLines(output, width, language, style);
    case "trace":
      return traceLines(output, width, language, style);
    case "pictures":
      // Colours that stand for numbers go to files too.
      return output.scale === undefined ? pictureLines(output, width, language) : [];
    case "bars":
      return barLines(output, language);
    // Drawings go to files.
    case "figure":
    case "chart":
      return [];
  }
}
