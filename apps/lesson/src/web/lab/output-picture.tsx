import { useEffect, useRef } from "preact/hooks";
import { divergingColor } from "../../figures/diverging-colors.ts";
import type { TraceOutput } from "../../output.ts";
import { say } from "../state.ts";
import { shortNumber } from "../stepper/step-text.ts";
import { fittingWidth } from "./fitting-width.ts";
import { labWords } from "./lab-words.ts";

/** Every output channel as a picture in one colour map, with its scale. */
export function OutputPictures({ output }: { readonly output: TraceOutput["output"] }) {
  const [, channels, height, width] = output.shape as [number, number, number, number];
  const limit = Math.max(...Array.from(output.data, Math.abs), 1e-9);
  return (
    <>
      {Array.from({ length: channels }, (_, channel) => (
        <figure key={channel} class="lab-picture">
          <figcaption>
            {say(labWords.outputPicture)} {channel}
          </figcaption>
          <Plane values={output.data} channel={channel} height={height} width={width} limit={limit} />
          {channel === 0 && (
            <p class="hint">
              {say(labWords.scale)}
              {shortNumber(limit)}
            </p>
          )}
        </figure>
      ))}
    </>
  );
}

interface PlaneProps {
  readonly values: ArrayLike<number>;
  readonly channel: number;
  readonly height: number;
  readonly width: number;
  readonly limit: number;
}

function Plane({ values, channel, height, width, limit }: PlaneProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const pixels = new Uint8ClampedArray(4 * height * width);
    for (let i = 0; i < height * width; i++) {
      pixels.set([...divergingColor(values[channel * height * width + i]! / limit), 255], 4 * i);
    }
    canvas.current!.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [values, channel, height, width, limit]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={height}
      style={{ width: fittingWidth(height, width) }}
      aria-hidden="true"
    />
  );
}
