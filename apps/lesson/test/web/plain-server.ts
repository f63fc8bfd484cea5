import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { siteHeaders } from "../../src/cli/site/site-headers.ts";
import { sitePath } from "../../src/cli/site/site-path.ts";

/** A file server as simple as they come, under a path of its own, with the headers of `camada web`. */
export interface PlainServer {
  readonly address: string;
  close(): Promise<void>;
}

const PREFIX = "/courses/2026/camada";

/** Serves a folder under a path. */
export async function servePlain(folder: string): Promise<PlainServer> {
  const server = createServer((request, response) => {
    const { url = "" } = request;
    const wanted = url.startsWith(`${PREFIX}/`) ? sitePath(url.slice(PREFIX.length)) : undefined;
    const send = (status: number, type: string, body: string | Uint8Array): void => {
      response.writeHead(status, { ...siteHeaders, "Content-Type": type });
      response.end(body);
    };
    if (wanted === undefined) return send(404, "text/plain", "not found");
    readFile(join(folder, wanted.path)).then(
      (body) => send(200, wanted.type, body),
      () => send(404, "text/plain", "not found"),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}${PREFIX}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
