import { decode } from "fast-png";
import { describe, expect, it } from "vitest";
import { eachDot, GLYPH_HEIGHT, textWidth } from "../src/cli/pixel-font.ts";
import { picturesPng } from "../src/cli/png.ts";
import { chartFigure } from "../src/figures/chart.ts";
import { divergingColor, divergingPixels } from "../src/figures/diverging-colors.ts";
import type { PicturesOutput } from "../src/output.ts";
import { recordedEpochs } from "../src/recorded/training.ts";
import { StepCurve } from "../src/training/step-curve.ts";
import { trainingCharts } from "../src/training/training-charts.ts";

function dots(text: string): string[] {
  const rows = Array.from({ length: GLYPH_HEIGHT + 5 }, () => Array.from({ length: textWidth(text) }, () => "."));
  eachDot(text, (x, y) => (rows[y + 3]![x] = "#"));
  return rows.map((row) => row.join(""));
}

describe("charts", () => {
  const curve = new StepCurve();
  for (let step = 1; step <= 1000; step++) {
    curve.add({ epoch: 1, step, steps: 1000, batch: { loss: step % 2 } } as never);
  }

  it("have at most a few hundred points, means of neighbours", () => {
    const points = curve.points();
    expect(points).toHaveLength(200);
    expect(points[0]).toEqual([0.005, 0.6]);
    expect(points.at(-1)![0]).toBe(1);
  });

  it("show every recorded point as a hollow mark, and nothing that is not a number", () => {
    const [loss, accuracy] = trainingCharts("K3", [], curve, recordedEpochs.K3);
    const marks = (text: string) => [...text.matchAll(/class="cf-hollow/g)].length;
    const svg = chartFigure(loss!).svg as { en: string };
    // Three epochs of two losses, and two signs in the legend; of the accuracies one is cut off.
    expect(marks(svg.en)).toBe(6 + 2);
    expect(marks((chartFigure(accuracy!).svg as { en: string }).en)).toBe(5 + 2);
    expect(svg.en).not.toContain("NaN");
    expect(svg.en).toContain("training, notebook");
    expect(chartFigure(loss!).alt["pt-BR"]).toContain("treino, notebook: 0,138 (época 3)");
  });
});

describe("diverging colours", () => {
  it("are white at zero, blue below and orange above", () => {
    expect(divergingColor(0)).toEqual([247, 247, 247]);
    const [negative, positive] = [divergingColor(-0.5), divergingColor(0.5)];
    expect(negative[2]).toBeGreaterThan(negative[0]);
    expect(positive[0]).toBeGreaterThan(positive[2]);
    expect(divergingColor(-9)).toEqual(divergingColor(-1));
  });

  it("are as dark below zero as above, so that they can be told apart without their hue", () => {
    const light = ([red, green, blue]: readonly number[]) => 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    for (const value of [0.25, 0.5, 0.75, 1]) {
      expect(light(divergingColor(value))).toBeLessThan(light(divergingColor(value - 0.25)));
      expect(light(divergingColor(-value))).toBeLessThan(light(divergingColor(0.25 - value)));
    }
  });

  it("scale by the limit; all zeros stay white", () => {
    expect([...divergingPixels([2, 0], 2)]).toEqual([...divergingColor(1), ...divergingColor(0)]);
    expect([...divergingPixels([0], 0)]).toEqual([...divergingColor(0)]);
  });
});

describe("pictures as PNG", () => {
  const output: PicturesOutput = {
    kind: "pictures",
    name: "test",
    columns: 2,
    pictures: [
      { label: "a", width: 2, height: 2, channels: 1, pixels: Uint8Array.of(0, 64, 128, 255) },
      { label: "b", width: 2, height: 2, channels: 3, pixels: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9) },
    ],
    alt: { "pt-BR": "", en: "" },
  };

  it("are enlarged, side by side, with room for labels", () => {
    const { width, height, data, channels } = decode(picturesPng(output, "en"));
    expect(channels).toBe(3);
    expect(width).toBe(16 + 112 + 14 + 112 + 16);
    const pixel = (x: number, y: number) => Array.from(data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
    expect(pixel(0, 0)).toEqual([255, 255, 255]);
    expect(pixel(16, 16)).toEqual([0, 0, 0]);
    expect(pixel(16 + 56, 16)).toEqual([64, 64, 64]);
    expect(pixel(16 + 111, 16 + 111)).toEqual([255, 255, 255]);
    expect(pixel(142, 16)).toEqual([255, 0, 0]);
    expect(pixel(142 + 56, 16 + 56)).toEqual([9, 9, 9]);
    expect(height).toBeGreaterThan(16 + 112 + 16);
  });

  it("carry their scale", () => {
    const plain = decode(picturesPng(output, "en"));
    const scaled = decode(picturesPng({ ...output, scale: { limit: 0.5 } }, "en"));
    expect(scaled.height).toBeGreaterThan(plain.height);
    expect(scaled.width).toBe(256 + 32);
  });
});

describe("the pixel font", () => {
  it("draws letters and accents", () => {
    expect(dots("Tã")).toEqual([
      ".......##.#",
      "......#.##.",
      "...........",
      "#####..###.",
      "..#...#...#",
      "..#...#...#",
      "..#...#####",
      "..#...#...#",
      "..#...#...#",
      "..#...#...#",
      "...........",
      "...........",
    ]);
  });

  it("has a glyph for everything that labels hold", () => {
    const box = dots("\u{1F600}").join();
    const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;-−+=×/→()%…'·";
    for (const character of characters) expect(dots(character).join()).not.toBe(box);
    // The two dashes are one.
    expect(new Set([...characters].map((character) => dots(character).join())).size).toBe(characters.length - 1);
  });
});
