import { receptiveFieldAt, type WindowLayer } from "@camada/conv-math";
import { useMemo, useState } from "preact/hooks";
import { inLanguage, decimals, type Language } from "../../localized.ts";
import { greyImage, limitOf, mapGrid, mapImage } from "./map-pixels.ts";
import { ColorScale, PixelCanvas } from "./pixel-canvas.tsx";
import type { LayerValues, Sight } from "./protocol.ts";
import { words } from "./words.ts";

const INPUT_SIDE = 32;
/** The lesson's convolutions: 5 × 5, stride 1, no padding. */
const CONVOLUTION: WindowLayer = { kernelSize: 5 };

/** A pixel of a map of a layer. */
interface Spot {
  readonly layer: number;
  readonly map: number;
  readonly row: number;
  readonly column: number;
}

/** Filters and maps of the net for one picture, and what each map's pixel sees of it. */
export function NetInside({ sight, language }: { readonly sight: Sight; readonly language: Language }) {
  const [spot, setSpot] = useState<Spot>({ layer: 0, map: 0, row: 0, column: 0 });
  const convolutions = sight.layers.filter(({ shape }) => shape.length === 3);
  const chosen = convolutions[spot.layer];
  const field = useMemo(() => fieldOf(spot), [spot]);
  const picture = useMemo(() => greyImage(sight.input, INPUT_SIDE, INPUT_SIDE), [sight]);
  return (
    <div class="net-inside">
      <div class="net-picture">
        <h3>{words.seen[language]}</h3>
        <div class="overlaid">
          <PixelCanvas image={picture} label={words.seen[language]} />
          {chosen !== undefined && (
            <svg viewBox={`0 0 ${INPUT_SIDE} ${INPUT_SIDE}`} aria-hidden="true">
              <rect class="field" x={field.left} y={field.top} width={field.width} height={field.height} />
            </svg>
          )}
        </div>
        <h3>{words.filters[language]}</h3>
        <Filters filters={sight.filters} language={language} />
      </div>
      <div class="net-layers">
        {chosen !== undefined && (
          <MapInspector layer={chosen} spot={spot} field={field} onMove={setSpot} language={language} />
        )}
        {convolutions.map((layer, i) => (
          <LayerMaps
            key={i}
            layer={layer}
            language={language}
            isChosen={i === spot.layer}
            onChoose={(place) => setSpot({ layer: i, ...place })}
          />
        ))}
        {sight.layers
          .filter(({ shape }) => shape.length === 1)
          .slice(0, -1)
          .map((layer, i) => (
            <Units key={i} layer={layer} language={language} />
          ))}
      </div>
    </div>
  );
}

function Filters({ filters, language }: { readonly filters: LayerValues; readonly language: Language }) {
  const limit = limitOf(filters.values);
  const shape = filters.shape as readonly [number, number, number];
  const { image } = mapGrid(filters.values, shape, limit, shape[0]);
  return (
    <>
      <PixelCanvas image={image} label={`${words.filters[language]}: ${filters.printed}`} isWide />
      <ColorScale limit={limit} label={words.scale[language]} />
    </>
  );
}

/** All maps of a layer at a glance; moving over them chooses map and pixel. */
function LayerMaps(props: {
  readonly layer: LayerValues;
  readonly language: Language;
  readonly isChosen: boolean;
  readonly onChoose: (place: Omit<Spot, "layer">) => void;
}) {
  const { layer, language, isChosen, onChoose } = props;
  const [count, h, w] = layer.shape as readonly [number, number, number];
  const columns = count <= 6 ? count : count <= 16 ? 8 : 20;
  const limit = useMemo(() => limitOf(layer.values), [layer]);
  const grid = useMemo(() => mapGrid(layer.values, [count, h, w], limit, columns), [layer]);
  const point = (event: PointerEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * grid.image.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * grid.image.height);
    const [column, row] = [x % (w + 1), y % (h + 1)];
    const map = Math.floor(y / (h + 1)) * columns + Math.floor(x / (w + 1));
    if (column < w && row < h && column >= 0 && row >= 0 && map < count) onChoose({ map, row, column });
  };
  return (
    <figure class={isChosen ? "layer-maps chosen" : "layer-maps"}>
      <figcaption>
        <button type="button" aria-pressed={isChosen} onClick={() => onChoose({ map: 0, row: 0, column: 0 })}>
          {nameOf(layer)} · {count} × {h} × {w}
        </button>
        <ColorScale limit={limit} label={words.scale[language]} />
      </figcaption>
      <PixelCanvas image={grid.image} label={`${layer.printed}: ${count} × ${h} × ${w}`} isWide onPoint={point} />
    </figure>
  );
}

/** The units of a dense layer, in rows; each of them sees the whole picture. */
function Units({ layer, language }: { readonly layer: LayerValues; readonly language: Language }) {
  const limit = limitOf(layer.values);
  const count = layer.values.length;
  const image = mapImage(layer.values, UNITS_OF_A_ROW, Math.ceil(count / UNITS_OF_A_ROW), limit);
  return (
    <figure class="layer-maps">
      <figcaption>
        {nameOf(layer)} · {count}
        <ColorScale limit={limit} label={words.scale[language]} />
      </figcaption>
      <div class="unit-canvas">
        <PixelCanvas image={image} label={`${layer.printed}: ${count}`} isWide />
      </div>
    </figure>
  );
}

/** The kind of a layer: what stands before the parenthesis of its printed form. */
function nameOf({ printed }: LayerValues): string {
  return printed.replace(/\(.*$/s, "");
}

const UNITS_OF_A_ROW = 21;

/** One map, large; arrows move the pixel. */
function MapInspector(props: {
  readonly layer: LayerValues;
  readonly spot: Spot;
  readonly field: Field;
  readonly onMove: (change: (from: Spot) => Spot) => void;
  readonly language: Language;
}) {
  const { layer, spot, field, onMove, language } = props;
  const [count, h, w] = layer.shape as readonly [number, number, number];
  const limit = useMemo(() => limitOf(layer.values), [layer]);
  const start = spot.map * h * w;
  const image = useMemo(
    () => mapImage(layer.values.subarray(start, start + h * w), w, h, limit),
    [layer, start, limit],
  );
  const value = layer.values[start + spot.row * w + spot.column] ?? 0;
  const text =
    `${words.map[language]} ${spot.map}, (${spot.row}, ${spot.column}) = ${inLanguage(decimals(value, 4), language)}; ` +
    `${words.receptiveField[language]} ${field.height} × ${field.width}: (${field.top}, ${field.left}) – ` +
    `(${field.top + field.height - 1}, ${field.left + field.width - 1})`;
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    // From where the pixel is by then: keys may come faster than the page is drawn.
    onMove((from) => ({
      ...from,
      row: Math.min(h - 1, Math.max(0, from.row + step[0])),
      column: Math.min(w - 1, Math.max(0, from.column + step[1])),
    }));
  };
  return (
    <div class="map-inspector">
      <div class="overlaid" tabIndex={0} role="application" aria-label={text} onKeyDown={move}>
        <PixelCanvas image={image} label={text} />
        <svg viewBox={`0 0 ${w} ${h}`} aria-hidden="true">
          <rect class="field" x={spot.column} y={spot.row} width={1} height={1} />
        </svg>
      </div>
      <label>
        {words.map[language]}
        <input
          type="range"
          min={0}
          max={count - 1}
          value={spot.map}
          onInput={({ currentTarget }) => {
            const map = currentTarget.valueAsNumber;
            onMove((from) => ({ ...from, map }));
          }}
        />
      </label>
      <p class="training-hint">{words.mapHelp[language]}</p>
      <p class="training-figure" aria-live="polite">
        {text}
      </p>
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [row: number, column: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

interface Field {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the picture that a pixel of a map sees. */
function fieldOf({ layer, row, column }: Spot): Field {
  const layers = Array.from({ length: layer + 1 }, () => CONVOLUTION);
  const [rows, columns] = receptiveFieldAt(layers, [row, column], [INPUT_SIDE, INPUT_SIDE]);
  const { first: top, last: bottom } = rows!.unclipped;
  const { first: left, last: right } = columns!.unclipped;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
