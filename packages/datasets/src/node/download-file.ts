import type { FileHandle } from "node:fs/promises";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DataAccessError, DataFormatError } from "../errors.ts";
import { diskError, errorCode } from "./disk-error.ts";
import { claimPartial, releasePartial } from "./partial-file.ts";

/** How far a download has come. */
export interface DownloadProgress {
  readonly url: string;
  /** Bytes of the file on this disk, those of an earlier attempt included. */
  readonly receivedBytes: number;
  /** Undefined when the server does not say. */
  readonly totalBytes: number | undefined;
  /** Where an earlier attempt had stopped. */
  readonly resumedFromBytes: number;
}

/** One file to download. */
export interface DownloadRequest {
  /** Tried in order. */
  readonly urls: readonly string[];
  /** Where the file goes once it is whole. */
  readonly path: string;
  /** Rejects with DataFormatError when the bytes at a path are not those wanted. */
  check(path: string): Promise<void>;
  readonly onProgress: (progress: DownloadProgress) => void;
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const ATTEMPTS_PER_URL = 5;

/**
 * Downloads a file to where it belongs: into a partial file first, continued where an earlier download stopped,
 * checked, and only then renamed.
 *
 * @throws DataAccessError when no address answers or the disk refuses.
 * @throws DataFormatError when every address gives other bytes than those wanted.
 */
export async function downloadFile(request: DownloadRequest): Promise<void> {
  const { path } = request;
  let partial: string;
  let handle: FileHandle;
  try {
    await mkdir(dirname(path), { recursive: true });
    partial = (await claimPartial(path)).path;
    handle = await open(partial, "a+");
  } catch (cause) {
    throw diskError(dirname(path), "a folder to download to", cause);
  }
  try {
    await fetchFromFirst(request, partial, handle);
    await onDisk(partial, () => rename(partial, path));
  } catch (error) {
    await handle.close().catch(() => {});
    // What a full disk or a wrong file leaves is worthless; what a broken connection leaves is not.
    const isResumable = !(error instanceof DataFormatError) && !(error instanceof DiskFailure);
    await (isResumable ? releasePartial(path, partial) : rm(partial, { force: true })).catch(() => {});
    throw error instanceof DiskFailure ? error.reported : error;
  }
}

/** Leaves the whole, checked file in `partial`, closed. */
async function fetchFromFirst(request: DownloadRequest, partial: string, handle: FileHandle): Promise<void> {
  let failure: unknown = new DataAccessError(request.path, "an address to download from", "none");
  for (const url of request.urls) {
    for (let attempt = 0; attempt < ATTEMPTS_PER_URL; attempt++) {
      const { size: startBytes } = await onDisk(partial, () => handle.stat());
      try {
        await transfer(request, url, partial, handle, startBytes);
        await request.check(partial);
        await onDisk(partial, () => handle.sync());
        await onDisk(partial, () => handle.close());
        return;
      } catch (error) {
        request.signal?.throwIfAborted();
        if (error instanceof DiskFailure) throw error;
        failure = error;
        const isWrong = error instanceof DataFormatError;
        if (isWrong) await onDisk(partial, () => handle.truncate(0));
        // Worth another attempt: a connection that broke on the way, or a wrong file begun by somebody else.
        const { size } = await onDisk(partial, () => handle.stat());
        if (isWrong ? startBytes === 0 : size <= startBytes) break;
      }
    }
  }
  throw failure;
}

/** Appends the rest of the file at `url`, from byte `startBytes` on. */
async function transfer(
  { onProgress, stallTimeoutMs, signal }: DownloadRequest,
  url: string,
  partial: string,
  handle: FileHandle,
  startBytes: number,
): Promise<void> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${stallTimeoutMs} ms`)), stallTimeoutMs);
  try {
    const response = await fetch(url, {
      // Bytes as they are stored: ranges count those.
      headers: { "accept-encoding": "identity", ...(startBytes > 0 ? { range: `bytes=${startBytes}-` } : {}) },
      signal: signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
    });
    let receivedBytes = startBytes;
    if (response.status === 206) {
      const from = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
      if (Number(from) !== startBytes) throw new DataFormatError(url, `bytes from ${startBytes}`, `from ${from}`);
    } else if (response.status === 200) {
      receivedBytes = 0;
      await onDisk(partial, () => handle.truncate(0));
    } else if (response.status === 416) {
      throw new DataFormatError(url, `more than ${startBytes} bytes`, "status 416");
    } else {
      throw new DataAccessError(url, "status 200 or 206", `status ${response.status}`);
    }
    const resumedFromBytes = receivedBytes;
    const length = response.headers.get("content-length");
    const totalBytes = length === null ? undefined : receivedBytes + Number(length);
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      await onDisk(partial, () => handle.appendFile(chunk));
      receivedBytes += chunk.length;
      onProgress({ url, receivedBytes, totalBytes, resumedFromBytes });
    }
  } catch (cause) {
    if (cause instanceof DiskFailure || cause instanceof DataFormatError || cause instanceof DataAccessError)
      throw cause;
    throw new DataAccessError(url, "a whole download", networkReason(cause), { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function networkReason(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = errorCode(inner);
  const message = inner instanceof Error ? inner.message : String(inner);
  return message === "" ? code : message;
}

/** Tells a failure of the disk from one of the network until it is reported. */
class DiskFailure extends Error {
  readonly reported: DataAccessError;

  constructor(reported: DataAccessError) {
    super(reported.message);
    this.reported = reported;
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new DiskFailure(diskError(path, "to write the download", cause));
  }
}
