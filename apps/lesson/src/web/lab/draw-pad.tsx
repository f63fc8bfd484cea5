import { useEffect, useRef, useState } from "preact/hooks";
import type { ShapedArray } from "@camada/conv-math";
import { say } from "../state.ts";
import { labWords } from "./lab-words.ts";
import { fittingWidth } from "./fitting-width.ts";
import { BRIGHTEST } from "./presets.ts";

interface DrawPadProps {
  readonly picture: ShapedArray;
  /** Sets a pixel in every channel. */
  readonly onDraw: (row: number, column: number, value: number) => void;
  readonly onClear: () => void;
}

/** The picture, enlarged, to be drawn on with a finger or a mouse. */
export function DrawPad({ picture, onDraw, onClear }: DrawPadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [ink, setInk] = useState(BRIGHTEST);
  const [, channels, height, width] = picture.shape as [number, number, number, number];
  useEffect(() => {
    const pixels = new Uint8ClampedArray(4 * height * width);
    for (let i = 0; i < height * width; i++) {
      // A picture of two channels has no blue.
      const shade = (c: number): number =>
        channels === 2 && c === 2
          ? 0
          : (255 / BRIGHTEST) * picture.data[Math.min(c, channels - 1) * height * width + i]!;
      pixels.set([shade(0), shade(1), shade(2), 255], 4 * i);
    }
    canvas.current!.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [picture]);
  const draw = (event: PointerEvent): void => {
    if (event.buttons === 0) return;
    event.preventDefault();
    const { left, top, width: w, height: h } = canvas.current!.getBoundingClientRect();
    const row = Math.floor(((event.clientY - top) / h) * height);
    const column = Math.floor(((event.clientX - left) / w) * width);
    if (row >= 0 && row < height && column >= 0 && column < width) onDraw(row, column, ink);
  };
  return (
    <figure class="lab-picture">
      <figcaption>{say(labWords.inputPicture)}</figcaption>
      <canvas
        ref={canvas}
        class="pad"
        width={width}
        height={height}
        style={{ width: fittingWidth(height, width) }}
        aria-hidden="true"
        onPointerDown={draw}
        onPointerMove={draw}
      />
      <div class="pad-controls">
        <label class="field field-row">
          <span>{say(labWords.brush)}</span>
          <select value={ink} onChange={({ currentTarget }) => setInk(Number(currentTarget.value))}>
            <option value={BRIGHTEST}>{say(labWords.brushFull)}</option>
            <option value={5}>{say(labWords.brushHalf)}</option>
            <option value={0}>{say(labWords.brushEmpty)}</option>
          </select>
        </label>
        <button type="button" onClick={onClear}>
          {say(labWords.clear)}
        </button>
      </div>
      <p class="hint">{say(labWords.drawHint)}</p>
    </figure>
  );
}
