// A worker that measures Camada, and tfjs beneath Camada's gradient rules. Started by the bench, not by hand.
import { serve } from "../process/serve.ts";

await serve(async (job) => {
  if (job.kind === "train" && job.options["engine"] === "cuda") {
    return (await import("./resident-training-job.ts")).openResidentTraining(job);
  }
  if (job.kind === "train") return (await import("./training-job.ts")).openTraining(job);
  if (job.options["engine"] === "cuda") return (await import("./recorded-op-job.ts")).openRecordedOp(job);
  return (await import("./op-job.ts")).openOp(job);
});
