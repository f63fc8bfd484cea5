import { render } from "preact";
import { App } from "./app.tsx";
import { keepCellsCurrent } from "./cell-runs.ts";
import { keepComputing } from "./computing.ts";
import { keepAddress } from "./address.ts";
import { keepTheme } from "./theme.ts";
import "./styles/tokens.css";
import "./styles/page.css";
import "./styles/controls.css";
import "./styles/lesson.css";
import "./styles/outputs.css";
import "./styles/figures.css";
import "./styles/stepper.css";
import "./styles/lab.css";

keepTheme();
keepAddress();
keepComputing();
keepCellsCurrent();
render(<App />, document.getElementById("page")!);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without one the page works all the same, with a network.
  navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => {});
}
