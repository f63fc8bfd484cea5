import type { GreyPicture } from "./centred-picture.ts";

/** What is on a grey canvas, one number a pixel. */
export function greyPicture(context: CanvasRenderingContext2D): GreyPicture {
  const { width, height } = context.canvas;
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[4 * i]!;
  return { width, height, pixels };
}

/**
 * Draws a picture file of any size as large as the canvas holds it, grey, bright on black: a picture on bright paper is
 * turned round.
 * @throws {DOMException} when the browser cannot decode the file.
 */
export async function drawContained(context: CanvasRenderingContext2D, file: Blob): Promise<void> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = context.canvas;
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [w, h] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
  const [left, top] = [(width - w) >> 1, (height - h) >> 1];
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, left, top, w, h);
  bitmap.close();
  const image = context.getImageData(left, top, w, h);
  const { data } = image;
  const grey = new Uint8Array(w * h);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = Math.round(0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!);
  }
  const isOnPaper = meanOfBorder(grey, w, h) > 127;
  for (let i = 0; i < grey.length; i++) {
    const value = isOnPaper ? 255 - grey[i]! : grey[i]!;
    data.set([value, value, value, 255], 4 * i);
  }
  context.putImageData(image, left, top);
}

function meanOfBorder(grey: Uint8Array, w: number, h: number): number {
  let [sum, count] = [0, 0];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x += y === 0 || y === h - 1 ? 1 : Math.max(1, w - 1)) {
      sum += grey[y * w + x]!;
      count++;
    }
  }
  return sum / count;
}
