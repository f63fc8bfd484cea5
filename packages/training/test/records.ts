import type { EndRecord, EpochRecord, StepRecord, TrainRecord } from "../src/index.ts";

/** All records of a run. */
export async function collect<R>(records: AsyncIterable<R>): Promise<R[]> {
  const all: R[] = [];
  for await (const record of records) all.push(record);
  return all;
}

export const steps = (records: readonly TrainRecord[]) =>
  records.filter((record): record is StepRecord => record.type === "step");
export const epochs = (records: readonly TrainRecord[]) =>
  records.filter((record): record is EpochRecord => record.type === "epoch");
export const end = (records: readonly TrainRecord[]) => records.at(-1) as EndRecord;
