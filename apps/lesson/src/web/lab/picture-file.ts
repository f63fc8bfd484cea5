import { BRIGHTEST } from "./presets.ts";

/** Weights of red, green and blue in brightness (ITU-R BT.601). */
const BRIGHTNESS = [0.299, 0.587, 0.114] as const;

/**
 * Reads a picture file at the lab's size, its middle in full height or width, as digits 0 to 9: brightness for one
 * channel, else red, green and blue. Rejects where the browser cannot open it.
 */
export async function digitsOfFile(file: Blob, channels: number, height: number, width: number): Promise<number[]> {
  const bitmap = await createImageBitmap(file);
  try {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    context.imageSmoothingQuality = "high";
    const scale = Math.max(width / bitmap.width, height / bitmap.height);
    const [w, h] = [bitmap.width * scale, bitmap.height * scale];
    context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: channels * height * width }, (_, i) => {
      const [channel, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
      const rgb = [data[4 * pixel]!, data[4 * pixel + 1]!, data[4 * pixel + 2]!] as const;
      const value = channels === 1 ? rgb.reduce((sum, one, c) => sum + one * BRIGHTNESS[c]!, 0) : rgb[channel]!;
      return Math.round((value / 255) * BRIGHTEST);
    });
  } finally {
    bitmap.close();
  }
}
