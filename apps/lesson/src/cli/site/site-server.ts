import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { siteHeaders } from "./site-headers.ts";
import { type SitePath, sitePath } from "./site-path.ts";

/** A running server of the site. */
export interface SiteServer {
  readonly address: string;
  close(): Promise<void>;
}

/** What is served. */
export interface SiteFolders {
  /** Where the site was built. */
  readonly site: string;
  /** What stands under `datasets/`. */
  readonly datasets?: string | undefined;
}

const DATASETS = "datasets/";

/**
 * Serves the built site to this machine alone.
 * @param port 0 for any that is free.
 */
export async function serveSite(folders: SiteFolders, port: number): Promise<SiteServer> {
  const server = createServer((request, response) => {
    answer(folders, server, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "localhost", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    address: `http://localhost:${chosen}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  folders: SiteFolders,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(siteHeaders)) response.setHeader(name, value);
  const { method, url = "", headers } = request;
  if (!isOwnHost(headers.host, (server.address() as AddressInfo).port))
    return refuse(response, 421, "Misdirected Request");
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refuse(response, 405, "Method Not Allowed");
  }
  const wanted = placeOf(folders, url);
  const sizeBytes = wanted === undefined ? undefined : await fileSize(wanted);
  if (wanted === undefined || sizeBytes === undefined) return refuse(response, 404, "Not Found");
  response.writeHead(200, { "Content-Type": wanted.type, "Content-Length": sizeBytes });
  if (method === "HEAD") response.end();
  else await pipeline(createReadStream(join(wanted.folder, wanted.path)), response);
}

/** Whether a request names this server: a page of another origin that points its name here does not. */
function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `localhost:${port}` || host === `127.0.0.1:${port}` || host === `[::1]:${port}`;
}

/** A file and the folder that it may not leave. */
interface Place extends SitePath {
  readonly folder: string;
}

function placeOf({ site, datasets }: SiteFolders, url: string): Place | undefined {
  const wanted = sitePath(url);
  if (wanted === undefined || !wanted.path.startsWith(DATASETS)) return wanted && { ...wanted, folder: site };
  return datasets === undefined
    ? undefined
    : { path: wanted.path.slice(DATASETS.length), type: wanted.type, folder: datasets };
}

async function fileSize({ folder, path }: Place): Promise<number | undefined> {
  try {
    const [base, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    // A link may lead out of the folder.
    if (!file.startsWith(`${base}${sep}`)) return undefined;
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined;
  }
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${text}\n`);
}
