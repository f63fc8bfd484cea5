import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { tinyFiles } from "./tiny-dataset.ts";

/** What the server was asked. */
export interface LoggedRequest {
  readonly path: string;
  readonly range: string | undefined;
}

type Handler = (request: IncomingMessage, response: ServerResponse, bytes: Buffer) => void;

/** Answers whole files and ranges, as a storage service does. */
export const serve: Handler = (request, response, bytes) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start >= bytes.length) {
    response.writeHead(416).end();
    return;
  }
  const headers = { "content-length": bytes.length - start };
  if (start === 0) response.writeHead(200, headers);
  else response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` });
  response.end(bytes.subarray(start));
};

/** A local server of the tiny dataset as .gz files, closed when the test ends. */
export async function fileServer(handler: Handler = serve): Promise<{ base: string; log: LoggedRequest[] }> {
  const log: LoggedRequest[] = [];
  const server = createServer((request, response) => {
    const name = (request.url ?? "").slice(1).replace(/\.gz$/, "");
    const file = tinyFiles.get(name);
    log.push({ path: request.url ?? "", range: request.headers.range });
    if (file === undefined) response.writeHead(404).end();
    else handler(request, response, gzipSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, log };
}
