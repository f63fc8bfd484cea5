/** A tar archive (ustar) of the given files. */
export function tarOf(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [path, bytes] of Object.entries(files)) {
    const header = new Uint8Array(512);
    const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
    write(path, 0);
    write("0000644\0", 100);
    write(bytes.length.toString(8).padStart(11, "0"), 124);
    write("        0", 148);
    write("ustar\0" + "00", 257);
    write(
      header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0") + "\0 ",
      148,
    );
    const content = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
    content.set(bytes);
    blocks.push(header, content);
  }
  blocks.push(new Uint8Array(1024));
  return new Uint8Array(Buffer.concat(blocks));
}
