import type { DownloadProgress } from "@camada/datasets/node";
import type { DatasetName } from "../cell.ts";
import { messages } from "./messages.ts";
import type { Screen } from "./screen.ts";

const MEGABYTE = 1e6;
const PLAIN_STEP_PERCENT = 25;

/** Shows how far downloads are: redrawn, or a line each quarter where stderr is no terminal. */
export function downloadStatus(screen: Screen): (name: DatasetName, progress: DownloadProgress) => void {
  let last = "";
  return (name, { url, receivedBytes, totalBytes }) => {
    const file = url.split("/").at(-1)!;
    const percent = totalBytes === undefined ? 0 : Math.floor((100 * receivedBytes) / totalBytes);
    const key = `${url} ${screen.canRedraw ? percent : Math.floor(percent / PLAIN_STEP_PERCENT)}`;
    if (key === last) return;
    last = key;
    const of = totalBytes === undefined ? "" : `/${(totalBytes / MEGABYTE).toFixed(1)}`;
    const amount = `${(receivedBytes / MEGABYTE).toFixed(1)}${of} MB`;
    screen.status(`${messages.downloading[screen.language]} ${name}: ${file}  ${amount}  ${percent} %`);
  };
}
