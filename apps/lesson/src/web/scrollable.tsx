import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

/** Room for something that may be wider than the page: it scrolls by itself, with the keyboard too. */
export function Scrollable({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  const room = useRef<HTMLDivElement>(null);
  const [isWider, setIsWider] = useState(false);
  useEffect(() => {
    const element = room.current!;
    const measure = (): void => setIsWider(element.scrollWidth > element.clientWidth + 1);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={room} class="scrollable" {...(isWider ? { tabIndex: 0, role: "group", "aria-label": label } : {})}>
      {children}
    </div>
  );
}
