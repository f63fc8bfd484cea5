/**
 * Whether no number is NaN or infinite.
 *
 * Without a call or a branch for each, as a net has millions: a number less itself is 0, unless it is not finite, and then
 * NaN, which stays in a sum. Two sums are added to side by side.
 */
export function areFinite(numbers: ArrayLike<number>): boolean {
  let even = 0;
  let odd = 0;
  const pairs = numbers.length - (numbers.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += numbers[i]! - numbers[i]!;
    odd += numbers[i + 1]! - numbers[i + 1]!;
  }
  if (pairs < numbers.length) even += numbers[pairs]! - numbers[pairs]!;
  return even + odd === 0;
}
