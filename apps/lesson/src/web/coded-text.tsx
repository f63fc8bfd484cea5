import { Fragment } from "preact";

/** A text in which what stands between backticks is code, and `k_h` outside of them a letter with an index. */
export function CodedText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : <Indexed key={i} text={part} />))}
    </>
  );
}

function Indexed({ text }: { readonly text: string }) {
  // Every second and third piece are the letter and its index.
  const pieces = text.replaceAll(" × ", "\u00a0×\u00a0").split(/\b([a-z])_([a-z])\b/);
  return (
    <>
      {pieces.map((piece, i) => {
        if (i % 3 === 0) return <Fragment key={i}>{piece}</Fragment>;
        return i % 3 === 1 ? <var key={i}>{piece}</var> : <sub key={i}>{piece}</sub>;
      })}
    </>
  );
}
