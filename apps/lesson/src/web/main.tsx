import { render } from "preact";
import { App } from "./app.tsx";
import { keepCellsCurrent } from "./cell-runs.ts";
import { keepComputing } from "./computing.ts";
import { keepAddress } from "./address.ts";
import { keepOffline } from "./offline.ts";
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

keepOffline();
