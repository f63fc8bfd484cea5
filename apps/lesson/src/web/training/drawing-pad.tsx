import { useEffect, useRef, useState } from "preact/hooks";
import type { Localized, Language } from "../../localized.ts";
import type { DatasetName } from "../../cell.ts";
import { centredDigit, fittedPicture, type GreyPicture, PICTURE_SIDE } from "./centred-picture.ts";
import { drawContained, greyPicture } from "./grey-picture.ts";
import { words } from "./words.ts";

/** Side of the canvas in its own pixels. */
const SIDE = 280;
const CELL = SIDE / PICTURE_SIDE;
const PEN = 20;
/** The net is asked this often while one draws. */
const ASK_EVERY_MS = 100;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A canvas to draw on, by pointer or keyboard; hands over 28 × 28 pictures. */
export function DrawingPad(props: {
  readonly language: Language;
  readonly dataset: DatasetName;
  readonly onPicture: (picture: Uint8Array<ArrayBuffer>) => void;
  readonly onTestPicture: () => void;
  readonly onProblem: (text: Localized) => void;
}) {
  const { language, dataset, onPicture, onTestPicture, onProblem } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pen, setPen] = useState({ row: 14, column: 14, isDown: false });
  const last = useRef<Point | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const context = (): CanvasRenderingContext2D => canvas.current!.getContext("2d", { willReadFrequently: true })!;

  const hand = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      if (canvas.current === null) return;
      const picture: GreyPicture = greyPicture(context());
      onPicture(dataset === "mnist" ? centredDigit(picture) : fittedPicture(picture));
    }, ASK_EVERY_MS);
  };
  const clear = (): void => {
    context().fillStyle = "#000";
    context().fillRect(0, 0, SIDE, SIDE);
  };
  const stroke = (from: Point, to: Point): void => {
    const pencil = context();
    pencil.strokeStyle = "#fff";
    pencil.lineWidth = PEN;
    pencil.lineCap = "round";
    pencil.beginPath();
    pencil.moveTo(from.x, from.y);
    // A line of no length is not drawn: a dot is a very short one.
    pencil.lineTo(to.x + (from.x === to.x && from.y === to.y ? 0.01 : 0), to.y);
    pencil.stroke();
    hand();
  };
  useEffect(() => {
    clear();
    return () => clearTimeout(timer.current);
  }, []);

  const at = (event: PointerEvent, box = canvas.current!.getBoundingClientRect()): Point => {
    return { x: ((event.clientX - box.left) / box.width) * SIDE, y: ((event.clientY - box.top) / box.height) * SIDE };
  };
  const press = (event: PointerEvent): void => {
    canvas.current!.setPointerCapture(event.pointerId);
    last.current = at(event);
    stroke(last.current, last.current);
  };
  const drag = (event: PointerEvent): void => {
    if (last.current === undefined) return;
    const box = canvas.current!.getBoundingClientRect();
    // A busy page gets many moves as one event.
    for (const move of [...event.getCoalescedEvents(), event]) {
      const point = at(move, box);
      stroke(last.current, point);
      last.current = point;
    }
  };
  const key = (event: KeyboardEvent): void => {
    const centre = (row: number, column: number): Point => ({ x: (column + 0.5) * CELL, y: (row + 0.5) * CELL });
    const step = STEPS[event.key];
    if (step !== undefined) {
      const row = Math.min(PICTURE_SIDE - 1, Math.max(0, pen.row + step[0]));
      const column = Math.min(PICTURE_SIDE - 1, Math.max(0, pen.column + step[1]));
      if (pen.isDown) stroke(centre(pen.row, pen.column), centre(row, column));
      setPen({ ...pen, row, column });
    } else if (event.key === " ") {
      if (!pen.isDown) stroke(centre(pen.row, pen.column), centre(pen.row, pen.column));
      setPen({ ...pen, isDown: !pen.isDown });
    } else if (event.key === "Delete") {
      clear();
      hand();
    } else return;
    event.preventDefault();
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    try {
      await drawContained(context(), file);
      hand();
    } catch {
      onProblem({
        "pt-BR": `${file.name} não é uma imagem que este navegador saiba abrir.`,
        en: `${file.name} is no picture that this browser can open.`,
      });
    }
  };
  const penText = `${words[pen.isDown ? "penDown" : "penUp"][language]}, (${pen.row}, ${pen.column})`;
  return (
    <div class="drawing-pad">
      <div class="overlaid" tabIndex={0} role="application" aria-label={words.draw[language]} onKeyDown={key}>
        <canvas
          ref={canvas}
          width={SIDE}
          height={SIDE}
          onPointerDown={press}
          onPointerMove={drag}
          onPointerUp={() => (last.current = undefined)}
          onPointerCancel={() => (last.current = undefined)}
        />
        <svg viewBox={`0 0 ${PICTURE_SIDE} ${PICTURE_SIDE}`} aria-hidden="true">
          <rect class={pen.isDown ? "pen down" : "pen"} x={pen.column} y={pen.row} width={1} height={1} />
        </svg>
      </div>
      <p class="training-hint">{words.drawHelp[language]}</p>
      <p class="training-hint" aria-live="polite">
        {penText}
      </p>
      <div class="training-buttons">
        <button
          type="button"
          onClick={() => {
            clear();
            hand();
          }}
        >
          {words.clear[language]}
        </button>
        <button type="button" onClick={onTestPicture}>
          {words.testPicture[language]}
        </button>
        <label class="file-button">
          {words.openPicture[language]}
          <input type="file" accept="image/*" onChange={(event) => void open(event.currentTarget.files?.[0])} />
        </label>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
