import { linkProblems, say } from "./state.ts";
import { words } from "./words.ts";

/** Says what the address had wrong, if anything. */
export function LinkProblems() {
  const { value: problems } = linkProblems;
  if (problems.length === 0) return null;
  return (
    <div class="notice" role="status">
      <p>{say(words.badLink)}</p>
      <ul>
        {problems.map(({ key, expected, got }) => (
          <li key={key}>
            <code>{key}</code>: {say(words.expectedWord)} {say(expected)}, {say(words.got)} <code>{got}</code>
          </li>
        ))}
      </ul>
      <button type="button" onClick={() => (linkProblems.value = [])}>
        {say(words.close)}
      </button>
    </div>
  );
}
