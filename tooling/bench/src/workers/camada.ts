// A worker that measures Camada, and tfjs beneath Camada's gradient rules. Started by the bench, not by hand.
import { serve } from "../process/serve.ts";

await serve(async (job) => {
  if (job.kind === "train") return (await import("./training-job.ts")).openTraining(job);
  throw new Error(`worker: expected a job of kind train, got ${job.kind}`);
});
