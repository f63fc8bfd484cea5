/** What the padding cell printed: its four headings, and under each an array. */
export const recordedPadding = {
  input: {
    label: "Entrada original",
    text: `[[ 0.3679345   1.4534262   0.24154152]
 [ 0.47898006  0.96885103 -1.0218245 ]
 [-0.06812762 -0.31868345 -0.17634277]]
<NDArray 3x3 @cpu(0)>`,
  },
  padded: {
    label: "Entrada Padding",
    text: `[[ 0.          0.          0.          0.          0.        ]
 [ 0.          0.3679345   1.4534262   0.24154152  0.        ]
 [ 0.          0.47898006  0.96885103 -1.0218245   0.        ]
 [ 0.         -0.06812762 -0.31868345 -0.17634277  0.        ]
 [ 0.          0.          0.          0.          0.        ]]
<NDArray 5x5 @cpu(0)>`,
  },
  output: {
    label: "Saida com entrada original",
    text: `[[[[ 0.05815094 -0.15031917]
   [-0.01521636 -0.07997683]]]]
<NDArray 1x1x2x2 @cpu(0)>`,
  },
  paddedOutput: {
    label: "Saida com entrada padding",
    text: `[[[[ 0.01959863  0.06804327 -0.02417062 -0.00615505]
   [ 0.03523174  0.05815094 -0.15031917  0.01314546]
   [ 0.00902216 -0.01521636 -0.07997683  0.0590367 ]
   [-0.00179942 -0.00478072  0.01235306  0.00941285]]]]
<NDArray 1x1x4x4 @cpu(0)>`,
  },
};

/** The float32 numbers of a printed array. */
export function numbersIn(printed: string): number[] {
  const values = printed.slice(0, printed.indexOf("<NDArray"));
  return (values.match(/-?\d+\.\d*(?:e[+-]\d+)?/g) ?? []).map((digits) => Math.fround(Number(digits)));
}
