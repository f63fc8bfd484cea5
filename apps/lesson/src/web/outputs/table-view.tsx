import { inLanguage, type Language } from "../../localized.ts";
import { grouped } from "../../localized.ts";
import type { TableCell, TableOutput } from "../../output.ts";
import { shapeText } from "../../shape-text.ts";
import { Scrollable } from "../scrollable.tsx";
import { CodedText } from "../coded-text.tsx";
import { language, say } from "../state.ts";

/** From so many letters on a cell is a sentence, which may be broken into lines. */
const LONG = 40;

/** Rows and columns; shapes are never broken or cut. */
export function TableView({ table, label }: { readonly table: TableOutput; readonly label: string }) {
  const { columns, rows, total } = table;
  const side = (i: number): string | undefined => (columns[i]?.align === "right" ? "right" : undefined);
  const cells = (row: readonly TableCell[]) =>
    row.map((cell, i) => (
      <td key={i} class={side(i) ?? (tableText(cell, language.value).length > LONG ? "sentence" : undefined)}>
        {tableText(cell, language.value)}
      </td>
    ));
  return (
    <Scrollable label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map(({ title }, i) =>
              say(title) === "" ? (
                <td key={i} />
              ) : (
                <th key={i} scope="col" class={side(i)}>
                  <CodedText text={say(title)} />
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>{cells(row)}</tr>
          ))}
        </tbody>
        {total !== undefined && (
          <tfoot>
            <tr>{cells(total)}</tr>
          </tfoot>
        )}
      </table>
    </Scrollable>
  );
}

function tableText(cell: TableCell, to: Language): string {
  if (typeof cell === "number") return Number.isInteger(cell) ? inLanguage(grouped(cell), to) : String(cell);
  return typeof cell === "object" && "shape" in cell ? shapeText(cell.shape) : inLanguage(cell, to);
}
