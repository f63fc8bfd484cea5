import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { siteHeaders } from "../../src/cli/site/site-headers.ts";
import { sitePath } from "../../src/cli/site/site-path.ts";
import { serveSite, type SiteServer } from "../../src/cli/site/site-server.ts";

describe("sitePath", () => {
  it.each([
    ["/", "index.html", "text/html; charset=utf-8"],
    ["/index.html?x=1", "index.html", "text/html; charset=utf-8"],
    ["/sw.js", "sw.js", "text/javascript; charset=utf-8"],
    ["/assets/index-D5crqtIK.css", "assets/index-D5crqtIK.css", "text/css; charset=utf-8"],
    ["/assets/tfjs-backend-wasm-simd-B_r-3.wasm", "assets/tfjs-backend-wasm-simd-B_r-3.wasm", "application/wasm"],
    ["/assets/t10k-images-idx3-ubyte-l.gz", "assets/t10k-images-idx3-ubyte-l.gz", "application/octet-stream"],
  ])("%s is the file %s", (target, path, type) => {
    expect(sitePath(target)).toEqual({ path, type });
  });

  it.each([
    "/../package.json",
    "/assets/../../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "/%252e%252e%252fpackage.json",
    "/assets\\..\\..\\package.json",
    "/assets%5c..%5cpackage.json",
    "//etc/passwd.html",
    "/assets/",
    "/assets",
    "/.git/index.html",
    "/.env.js",
    "/index.html%00.js",
    "/%E0%A4%A.js",
    "/program.exe",
    "http://elsewhere/index.html",
    "",
  ])("%s is none", (target) => {
    expect(sitePath(target)).toBeUndefined();
  });
});

describe("serveSite", () => {
  let folder: string;
  let server: SiteServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "camada-serve-"));
    await mkdir(join(folder, "site", "assets"), { recursive: true });
    await writeFile(join(folder, "site", "index.html"), "<!doctype html>");
    await writeFile(join(folder, "site", "assets", "a.js"), "export {};");
    await mkdir(join(folder, "site", "folder.js"));
    await writeFile(join(folder, "secret.js"), "secret");
    await symlink(join(folder, "secret.js"), join(folder, "site", "assets", "out.js"));
    await mkdir(join(folder, "data", "mnist"), { recursive: true });
    await writeFile(join(folder, "data", "mnist", "labels.gz"), "labels");
    await symlink(join(folder, "secret.js"), join(folder, "data", "mnist", "out.js"));
    server = await serveSite({ site: join(folder, "site"), datasets: join(folder, "data") }, 0);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  /** Sends a request as it is written: `fetch` would tidy its path. */
  function ask(path: string, options: { readonly method?: string; readonly host?: string } = {}) {
    const { port } = new URL(server.address);
    return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const { method = "GET", host = `localhost:${port}` } = options;
      const sent = request({ host: "localhost", port, path, method, headers: { host } }, (response) => {
        let body = "";
        response.on("data", (part: Buffer) => (body += part.toString()));
        response.on("end", () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  it("gives the page and its files, with their kinds", async () => {
    expect(await ask("/")).toMatchObject({ status: 200, body: "<!doctype html>" });
    const script = await ask("/assets/a.js");
    expect(script).toMatchObject({ status: 200, body: "export {};" });
    expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(await ask("/assets/a.js", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });

  it.each(["/", "/assets/", "/nothing.js"])("sends the strict headers with %s", async (path) => {
    const { headers } = await ask(path);
    for (const [name, value] of Object.entries(siteHeaders)) expect(headers[name.toLowerCase()]).toBe(value);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it.each([
    "/../secret.js",
    "/%2e%2e/secret.js",
    "/..%2fsecret.js",
    "/assets",
    "/assets/",
    "/folder.js",
    "/nothing.js",
    "/assets/out.js",
  ])("has nothing at %s", async (path) => {
    expect(await ask(path)).toMatchObject({ status: 404, body: "Not Found\n" });
  });

  it("gives the files of datasets from a folder of their own", async () => {
    expect(await ask("/datasets/mnist/labels.gz")).toMatchObject({ status: 200, body: "labels" });
    for (const path of ["/datasets/", "/datasets/mnist/", "/datasets/../secret.js", "/datasets/mnist/out.js"]) {
      expect(await ask(path)).toMatchObject({ status: 404 });
    }
    const without = await serveSite({ site: join(folder, "site") }, 0);
    expect((await fetch(`${without.address}datasets/mnist/labels.gz`)).status).toBe(404);
    await without.close();
  });

  it("takes no other method", async () => {
    const { status, headers } = await ask("/", { method: "POST" });
    expect([status, headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });

  it.each(["elsewhere.example", "localhost:1", "127.0.0.1.nip.io"])(
    "answers no request for the host %s",
    async (host) => {
      expect(await ask("/", { host })).toMatchObject({ status: 421 });
    },
  );

  it("listens on this machine alone", () => {
    expect(server.address).toMatch(/^http:\/\/localhost:\d+\/$/);
  });
});
