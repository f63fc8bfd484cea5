import type { Language } from "../../localized.ts";
import type { BackendId } from "../backends.ts";
import { computing } from "../computing.ts";
import { TrainingModel } from "./training-model.ts";
import { TrainingScreen } from "./training-screen.tsx";

/** One for the page: a run goes on while another screen is open. */
const model = new TrainingModel();

/** The screen Training, on the backend that the page computes with. */
export function TrainingPage({ language }: { readonly language: Language }) {
  const { value: now } = computing;
  const backend: BackendId = now.status === "ready" ? now.id : "wasm";
  return <TrainingScreen language={language} backend={backend} model={model} />;
}
