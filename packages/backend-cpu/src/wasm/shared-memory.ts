const IMPORTS = 2;
const MEMORIES = 5;
/** Limits of a memory: a least and a greatest size, without and with sharing. */
const BOUNDED = 1;
const SHARED = 3;
const MEMORY_KIND = 2;
/** 65,536 pages, the most there can be, as WebAssembly writes it. */
const ALL_PAGES = [0x80, 0x80, 0x04];

/**
 * A module that makes a memory, changed so that other threads can use it. Nothing else changes: instructions that know
 * nothing of threads work on shared memory too.
 * @throws {Error} when the module makes no memory with a greatest size.
 */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(module);
  const section = sections(bytes).find(({ id }) => id === MEMORIES);
  // One memory, then its limits.
  const flags = section === undefined ? undefined : bytes[section.start + 1];
  if (section === undefined || flags !== BOUNDED) throw new Error("expected tfjs's module to make a bounded memory");
  bytes[section.start + 1] = SHARED;
  return bytes;
}

/**
 * A module that imports a memory as its only import, changed to import a shared one.
 * @throws {Error} when it imports something else.
 */
export function importingSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const section = sections(module).find(({ id }) => id === IMPORTS);
  if (section === undefined) throw new Error("expected our module to import a memory, got no import");
  const { header, start, end } = section;
  // … kind, flags, least size: our module asks for no size.
  const [kind, flags, least] = module.subarray(end - 3, end);
  if (kind !== MEMORY_KIND || flags !== 0 || least !== 0) throw new Error("expected our module to import any memory");
  const content = [...module.subarray(start, end - 2), SHARED, 0, ...ALL_PAGES];
  return Uint8Array.from([...module.subarray(0, header), IMPORTS, content.length, ...content, ...module.subarray(end)]);
}

interface Section {
  readonly id: number;
  /** Where its number and its length stand. */
  readonly header: number;
  readonly start: number;
  readonly end: number;
}

function sections(bytes: Uint8Array): Section[] {
  const found: Section[] = [];
  for (let at = 8; at < bytes.length;) {
    const header = at;
    const id = bytes[at++]!;
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    found.push({ id, header, start: at, end: at + size });
    at += size;
  }
  return found;
}
