/** Blue, white and orange stay apart for every kind of colour blindness; dark ends mark both signs. */
const STOPS = [
  [8, 48, 107],
  [66, 146, 198],
  [247, 247, 247],
  [241, 140, 35],
  [127, 59, 8],
] as const;

/**
 * The colour of a signed number: blue below zero, white at zero, orange above.
 * @param value from −1 to 1; what lies outside gets the colour of the nearer end.
 */
export function divergingColor(value: number): readonly [red: number, green: number, blue: number] {
  const position = ((Math.min(1, Math.max(-1, value)) + 1) / 2) * (STOPS.length - 1);
  const index = Math.min(STOPS.length - 2, Math.floor(position));
  const [from, to] = [STOPS[index]!, STOPS[index + 1]!];
  const mix = (channel: 0 | 1 | 2): number => {
    return Math.round(from[channel] + (position - index) * (to[channel] - from[channel]));
  };
  return [mix(0), mix(1), mix(2)];
}

/** The pixels of signed numbers, RGB with the channels of a pixel together. @param limit the number of the end colours. */
export function divergingPixels(values: ArrayLike<number>, limit: number): Uint8Array {
  const pixels = new Uint8Array(3 * values.length);
  for (let i = 0; i < values.length; i++) pixels.set(divergingColor(limit === 0 ? 0 : values[i]! / limit), 3 * i);
  return pixels;
}
