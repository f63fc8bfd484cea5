import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { say } from "./state.ts";
import { words } from "./words.ts";

/** A component whose code is loaded when it is first shown. */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let known: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [Shown, setShown] = useState<ComponentType<Props> | undefined>(() => known);
    const [isFailed, setIsFailed] = useState(false);
    useEffect(() => {
      if (known !== undefined) return;
      load().then(
        (component) => {
          known = component;
          setShown(() => component);
        },
        () => setIsFailed(true),
      );
    }, []);
    if (Shown !== undefined) return <Shown {...props} />;
    return (
      <section class="screen" role="status">
        {say(isFailed ? words.notLoaded : words.loading)}
      </section>
    );
  };
}
