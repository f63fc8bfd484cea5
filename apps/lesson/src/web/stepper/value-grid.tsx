import { say } from "../state.ts";
import { shortNumber } from "./step-text.ts";
import { stepperWords } from "./stepper-words.ts";

/** How a square looks, and what it is besides its number. */
export interface Square {
  readonly value: number;
  readonly className: string;
  /** Said after the number, e.g. `padding`. */
  readonly note?: string;
  /** Where an edited number goes; absent for squares that cannot change. */
  readonly index?: number;
}

interface ValueGridProps {
  readonly caption: string;
  readonly rows: readonly (readonly Square[])[];
  readonly isEditing: boolean;
  readonly onEdit: (index: number, value: number) => void;
}

const LARGEST = 1000;

/** A table of numbers; while editing, of fields. */
export function ValueGrid({ caption, rows, isEditing, onEdit }: ValueGridProps) {
  return (
    <table class="grid">
      <caption>{caption}</caption>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map((square, j) => (
              <td key={j} class={square.className} title={String(square.value)}>
                {isEditing && square.index !== undefined ? (
                  <ValueField
                    name={`${caption}, ${say(stepperWords.row)} ${i + 1}, ${say(stepperWords.column)} ${j + 1}`}
                    value={square.value}
                    onEdit={(value) => onEdit(square.index!, value)}
                  />
                ) : (
                  <>
                    {shortNumber(square.value)}
                    {square.note !== undefined && <span class="visually-hidden"> {square.note}</span>}
                  </>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface ValueFieldProps {
  readonly name: string;
  readonly value: number;
  readonly onEdit: (value: number) => void;
}

function ValueField({ name, value, onEdit }: ValueFieldProps) {
  return (
    <input
      type="text"
      inputMode="decimal"
      aria-label={name}
      value={shortNumber(value)}
      onFocus={({ currentTarget }) => currentTarget.select()}
      onChange={({ currentTarget }) => {
        const number = numberIn(currentTarget.value);
        const isAllowed = number !== undefined && Math.abs(number) <= LARGEST;
        currentTarget.setAttribute("aria-invalid", String(!isAllowed));
        currentTarget.title = isAllowed ? "" : say(stepperWords.notNumber);
        if (isAllowed) onEdit(number);
      }}
    />
  );
}

/** A decimal number, with a point or a comma. */
function numberIn(text: string): number | undefined {
  const trimmed = text.trim().replace(",", ".").replace("−", "-");
  return /^-?(\d+\.?\d*|\.\d+)$/.test(trimmed) ? Number(trimmed) : undefined;
}
