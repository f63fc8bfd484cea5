// Writes what a page shows of the cells before any of them runs: the cells as data, without their functions.
import { cells } from "../src/cells/index.ts";

const data = cells.map(({ id, kind, title, prose, code, recorded, parameters }) => {
  return { id, kind, title, prose, code, recorded, parameters };
});
process.stdout.write(JSON.stringify(data));
