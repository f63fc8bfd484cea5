import type { ComponentChildren } from "preact";
import type { Parameter, Parameters } from "../parameters.ts";
import { CodedText } from "./coded-text.tsx";
import { expectedValue } from "./expected.ts";
import type { Values } from "./link.ts";
import { say } from "./state.ts";
import { words } from "./words.ts";

interface ControlsProps {
  /** Tells fields of the same label apart. */
  readonly name: string;
  readonly parameters: Parameters;
  readonly values: Values;
  readonly onChange: (name: string, value: number | string) => void;
  readonly children?: ComponentChildren;
}

/** One field for each parameter. A value out of bounds is marked, explained, and not taken. */
export function ParameterControls({ name, parameters, values, onChange, children }: ControlsProps) {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return null;
  return (
    <fieldset class="parameters">
      <legend class="visually-hidden">
        {say(words.parameters)} {name}
      </legend>
      {entries.map(([key, parameter]) => (
        <Field
          key={key}
          id={`${name}-${key}`}
          parameter={parameter}
          value={values[key]!}
          onChange={(value) => onChange(key, value)}
        />
      ))}
      {children}
    </fieldset>
  );
}

interface FieldProps {
  readonly id: string;
  readonly parameter: Parameter;
  readonly value: number | string;
  readonly onChange: (value: number | string) => void;
}

function Field({ id, parameter, value, onChange }: FieldProps) {
  return (
    <label class="field" for={id}>
      <span>
        <CodedText text={say(parameter.label)} />
      </span>
      {parameter.kind === "choice" ? (
        <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          {Object.entries(parameter.options).map(([option, label]) => (
            <option key={option} value={option}>
              {say(label)}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          type="number"
          min={parameter.min}
          max={parameter.max}
          step={parameter.kind === "integer" ? 1 : parameter.step}
          value={value}
          title={say(expectedValue(parameter))}
          onInput={({ currentTarget }) => {
            const { min, max, kind } = parameter;
            const number = currentTarget.valueAsNumber;
            const isAllowed =
              (kind === "integer" ? Number.isInteger(number) : Number.isFinite(number)) &&
              number >= min &&
              number <= max;
            currentTarget.setAttribute("aria-invalid", String(!isAllowed));
            if (isAllowed) onChange(number);
          }}
          onBlur={({ currentTarget }) => {
            // What was not taken gives way to the value that stands.
            currentTarget.value = String(value);
            currentTarget.setAttribute("aria-invalid", "false");
          }}
        />
      )}
    </label>
  );
}
