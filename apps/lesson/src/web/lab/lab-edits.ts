import { changeLink, labValues, link, setLabValues } from "../state.ts";
import type { EditedArray } from "../stepper/stepper.tsx";
import type { Values } from "../link.ts";
import { labKernel, labPicture, refitted } from "./lab-arrays.ts";

/** Changes controls. The reader's own numbers keep their places where they still fit. */
export function changeLab(changes: Values): void {
  const { picture: before, kernel: kernelBefore } = arrays();
  setLabValues(changes);
  const { picture, kernel } = arrays();
  const { ownPicture, ownKernel } = link.peek();
  if (ownPicture !== undefined)
    changeLink({ ownPicture: refitted({ ...before, data: ownOr(ownPicture, before.data) }, picture.shape) });
  if (ownKernel !== undefined)
    changeLink({ ownKernel: refitted({ ...kernelBefore, data: ownOr(ownKernel, kernelBefore.data) }, kernel.shape) });
}

/** Changes one number; the picture or the kernel is the reader's own from then on. */
export function editNumber(array: EditedArray, index: number, value: number): void {
  const { picture, kernel } = arrays();
  if (array === "x") takePicture(Array.from(picture.data).with(index, value));
  else {
    setLabValues({ kernel: "own" });
    changeLink({ ownKernel: Array.from(kernel.data).with(index, value) });
  }
}

/** Draws a pixel in every channel. */
export function drawPixel(row: number, column: number, value: number): void {
  const { picture } = arrays();
  const [, channels, height, width] = picture.shape as [number, number, number, number];
  const data = Array.from(picture.data);
  const indices = Array.from({ length: channels }, (_, c) => (c * height + row) * width + column);
  if (indices.every((index) => data[index] === value)) return;
  for (const index of indices) data[index] = value;
  takePicture(data);
}

/** An empty picture to draw on. */
export function clearPicture(): void {
  takePicture(arrays().picture.data.map(() => 0));
}

/** Takes a picture as the reader's own. */
export function takePicture(ownPicture: readonly number[]): void {
  setLabValues({ picture: "own" });
  changeLink({ ownPicture });
}

function arrays() {
  const { ownPicture, ownKernel, seed = 0 } = link.peek();
  const values = labValues();
  return { picture: labPicture(values, ownPicture, seed), kernel: labKernel(values, ownKernel, seed) };
}

/** The reader's own numbers, as many as the shape has. */
function ownOr(own: readonly number[], shown: readonly number[]): number[] {
  return shown.map((_, i) => own[i] ?? 0);
}
