/** Downloads the tiny dataset in a process of its own: download-process.ts <root> <address>. */
import { openDataset } from "../../src/index.ts";
import { download } from "../../src/node.ts";
import { tiny } from "./tiny-dataset.ts";

const [root = "", base = ""] = process.argv.slice(2);
try {
  const { announcement } = await openDataset(tiny, { sources: [download({ root, baseUrls: [base] })] });
  console.log(announcement);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
