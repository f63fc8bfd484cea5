import { useEffect, useRef } from "preact/hooks";
import type { Picture, PicturesOutput } from "../../output.ts";
import { say } from "../state.ts";

/** Pictures side by side, each with its label. */
export function PicturesView({ pictures: { pictures, alt } }: { readonly pictures: PicturesOutput }) {
  return (
    <ul class="pictures" aria-label={say(alt)}>
      {pictures.map((picture, i) => (
        <li key={i}>
          <PictureView picture={picture} />
          <span>{say(picture.label)}</span>
        </li>
      ))}
    </ul>
  );
}

function PictureView({ picture }: { readonly picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = picture;
  useEffect(() => canvas.current!.getContext("2d")?.putImageData(imageData(picture), 0, 0), [picture]);
  return <canvas ref={canvas} width={width} height={height} aria-hidden="true" />;
}

function imageData({ width, height, channels, pixels }: Picture): ImageData {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const value = (channel: number): number => pixels[channels * i + (channels === 1 ? 0 : channel)]!;
    rgba.set([value(0), value(1), value(2), 255], 4 * i);
  }
  return new ImageData(rgba, width, height);
}
