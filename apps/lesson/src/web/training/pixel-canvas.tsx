import { useLayoutEffect, useRef } from "preact/hooks";

/** A small image, its pixels shown as squares. */
export function PixelCanvas(props: {
  readonly image: ImageData;
  readonly label: string;
  /** As wide as its place allows. */
  readonly isWide?: boolean;
  readonly onPoint?: (event: PointerEvent) => void;
}) {
  const { image, label, isWide = false, onPoint = () => {} } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const element = canvas.current!;
    if (element.width !== image.width) element.width = image.width;
    if (element.height !== image.height) element.height = image.height;
    element.getContext("2d")?.putImageData(image, 0, 0);
  }, [image]);
  return (
    <canvas
      ref={canvas}
      class={isWide ? "pixels wide" : "pixels"}
      role="img"
      aria-label={label}
      onPointerMove={onPoint}
      onPointerDown={onPoint}
    />
  );
}

/** What the colours stand for, from one end to the other. */
export function ColorScale({ limit, label }: { readonly limit: number; readonly label: string }) {
  const text = limit.toPrecision(2);
  return (
    <div class="color-scale" role="img" aria-label={`${label}: −${text} … 0 … ${text}`}>
      <span>−{text}</span>
      <span class="color-ramp" />
      <span>{text}</span>
    </div>
  );
}
