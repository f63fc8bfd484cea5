/** Kinds of the files that the site has. Others are not served. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".gz": "application/octet-stream",
};

/** A file of the site and its kind. */
export interface SitePath {
  /** Within the site's folder, with `/` between its parts. */
  readonly path: string;
  readonly type: string;
}

/**
 * The file that an address asks for, or undefined where there can be none: a folder other than the site's own, a name
 * that begins with a dot, anything that could lead out of the folder, a kind of file that no page has.
 *
 * @param target what follows the host in the request, e.g. `/assets/index.js?x`.
 */
export function sitePath(target: string): SitePath | undefined {
  const [encoded = ""] = target.split(/[?#]/, 1);
  const decoded = decode(encoded);
  if (decoded === undefined || !decoded.startsWith("/")) return undefined;
  const path = decoded === "/" ? "index.html" : decoded.slice(1);
  const type = TYPES[/\.[a-z]+$/.exec(path)?.[0] ?? ""];
  const isPlain = path.split("/").every((part) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(part));
  return type === undefined || !isPlain ? undefined : { path, type };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
