import { grouped } from "../../localized.ts";
import type { Output } from "../../output.ts";
import { say } from "../state.ts";

type Bars = Extract<Output, { readonly kind: "bars" }>;

/** Bars in a table with their values. */
export function BarsView({ bars: { bars } }: { readonly bars: Bars }) {
  const most = Math.max(...bars.map(({ value }) => value), 1);
  return (
    <table class="bars">
      <tbody>
        {bars.map(({ label, value }, i) => (
          <tr key={i}>
            <th scope="row">{say(label)}</th>
            <td class="right">{Number.isInteger(value) ? say(grouped(value)) : value}</td>
            <td class="bar" aria-hidden="true">
              <svg viewBox="0 0 100 10" preserveAspectRatio="none">
                <rect width={(100 * value) / most} height="10" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
