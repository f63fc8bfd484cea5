import { DataFormatError } from "../errors.ts";

/**
 * Decompresses a gzip file with the platform's own means, which check its length and CRC.
 *
 * @param bytes the compressed file.
 * @param source its path or name, for errors.
 * @throws DataFormatError when the file is truncated or damaged.
 * @see RFC 1952; WHATWG, Compression Standard
 */
export async function gunzip(bytes: Uint8Array, source: string): Promise<Uint8Array> {
  try {
    const plain = new Response(bytes as Uint8Array<ArrayBuffer>).body!.pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(plain).arrayBuffer());
  } catch (cause) {
    const got = cause instanceof Error ? cause.message : String(cause);
    throw new DataFormatError(source, "a whole gzip file", got, { advice: "the file is truncated or damaged", cause });
  }
}
