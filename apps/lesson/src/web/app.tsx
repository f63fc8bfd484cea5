import { useEffect, useRef } from "preact/hooks";
import { inLanguage } from "../localized.ts";
import { FigureDefinitions } from "./outputs/figure-view.tsx";
import { Header } from "./header.tsx";
import { later } from "./later.tsx";
import { LessonScreen } from "./lesson/lesson-screen.tsx";
import { LinkProblems } from "./link-problems.tsx";
import { language, link, say } from "./state.ts";
import { screenNames, words } from "./words.ts";

/** Screens other than the first are loaded when they are opened. */
const LabScreen = later(async () => (await import("./lab/lab-screen.tsx")).LabScreen);
const TrainingPage = later(async () => (await import("./training/training-page.tsx")).TrainingPage);
const BackendsScreen = later(async () => (await import("./backends/backends-screen.tsx")).BackendsScreen);

/** The page: header, and the screen that the address names. */
export function App() {
  const { screen } = link.value;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    document.documentElement.lang = language.value;
    document.title = `${inLanguage(screenNames[screen], language.value)} · Camada`;
  });
  useEffect(() => {
    // A new screen begins at its top, for eyes and for screen readers.
    if (!isFirst.current) {
      if (link.peek().screen !== "lesson" || link.peek().cell === undefined) scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [screen]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        {say(words.skip)}
      </button>
      <Header />
      <main ref={main} tabIndex={-1}>
        <LinkProblems />
        {screen === "lesson" && <LessonScreen />}
        {screen === "lab" && <LabScreen />}
        {screen === "training" && <TrainingPage language={language.value} />}
        {screen === "backends" && <BackendsScreen />}
      </main>
      <FigureDefinitions />
    </>
  );
}
