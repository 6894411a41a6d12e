// Support of spool tests: made-up pieces, a disk that fails on demand, and a check of journals against their files.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalLine } from '../../src/core/journal/lines.ts';
import { JournalReader } from '../../src/core/journal/read.ts';
import type { FileBegin, FileEnd, Piece } from '../../src/core/tracks/outputs.ts';
import { type Disk, type DiskFile, machineDisk } from '../../src/stints/disk.ts';

export const temporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `meridian-${name}-`));

const filled = (bytes: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + seed * 7 + (at >> 8)) & 0xff);

export const fileBegin = (ms = 0, o: Partial<FileBegin> = {}): FileBegin => ({
  type: 'file',
  codec: 'h264',
  codecs: 'avc1.42e01f',
  size: { width: 640, height: 360 },
  timescale: 90_000,
  bytes: filled(700, ms),
  ms,
  run: 0,
  ...o,
});
export const piece = (ms: number, o: { bytes?: number; isKey?: boolean } = {}): Piece => ({
  type: 'piece',
  bytes: filled(o.bytes ?? 1000, ms + 1),
  ms,
  durationMs: 1000,
  frames: 25,
  isKey: o.isKey ?? true,
  rtpTimestamp: ms * 90,
  laterMs: undefined,
});
export const fileEnd = (ms: number): FileEnd => ({ type: 'fileEnd', ms });

export function readJournal(text: string) {
  const reader = new JournalReader();
  const lines: JournalLine[] = [];
  reader.push(Buffer.from(text), (line) => void lines.push(line));
  return { lines, isCut: reader.isCut, garbled: reader.garbled };
}

export function linesOf(folder: string): JournalLine[] {
  const text = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JournalLine);
}

/** Returns the false claims of a journal about the disk. Files that the store has (`fileEnd`) may be gone. */
export function falseLines(folder: string, lines: readonly JournalLine[] = linesOf(folder)): string[] {
  const wrong: string[] = [];
  const files = new Map<number, Buffer>();
  const stored = new Set(lines.flatMap((line) => (line.type === 'fileEnd' ? [line.file] : [])));
  const check = (file: number, at: number, line: { bytes: number; sha256: string }): void => {
    if (stored.has(file)) return;
    const bytes = files.get(file)?.subarray(at, at + line.bytes) ?? Buffer.alloc(0);
    if (bytes.length !== line.bytes || createHash('sha256').update(bytes).digest('hex') !== line.sha256)
      wrong.push(JSON.stringify(line));
  };
  for (const line of lines)
    if (line.type === 'file') {
      const path = join(folder, line.name);
      if (existsSync(path)) files.set(line.file, readFileSync(path));
      check(line.file, 0, line);
    } else if (line.type === 'piece') check(line.file, line.offset, line);
  return wrong;
}

export type DiskCall = 'open' | 'write' | 'datasync' | 'truncate' | 'syncFolder';
export const diskError = (code: string): Error => Object.assign(new Error(code), { code });

/** The machine's disk with failures on demand (`fails`) and knowledge of the durable bytes. */
export class FaultyDisk implements Disk {
  /** Returns the error of a call that fails; may return a promise, for a disk that hangs. */
  fails: (call: DiskCall, path: string) => Error | undefined | Promise<Error | undefined> = () => undefined;
  usedShare = 0;
  readonly durable = new Map<string, number>();
  readonly named = new Set<string>();
  syncs = 0;
  failures = 0;
  onWrite: (path: string, bytes: Uint8Array) => void = () => undefined;
  readonly #unnamed = new Set<string>();

  readonly makeFolder = machineDisk.makeFolder;
  readonly list = machineDisk.list;
  readonly read = machineDisk.read;
  readonly size = machineDisk.size;
  readonly move = machineDisk.move;
  readonly remove = machineDisk.remove;
  readonly removeEmpty = machineDisk.removeEmpty;

  async open(path: string): Promise<DiskFile> {
    await this.#ask('open', path);
    if (!existsSync(path)) this.#unnamed.add(path);
    const file = await machineDisk.open(path);
    let written = 0;
    return {
      write: async (bytes, at) => {
        this.onWrite(path, bytes);
        await this.#ask('write', path);
        await file.write(bytes, at);
        written = Math.max(written, at + bytes.length);
      },
      datasync: async () => {
        await this.#ask('datasync', path);
        await file.datasync();
        this.syncs += 1;
        this.durable.set(path, written);
      },
      truncate: async (bytes) => {
        await this.#ask('truncate', path);
        await file.truncate(bytes);
        written = Math.min(written, bytes);
      },
      close: () => file.close(),
    };
  }
  async syncFolder(path: string): Promise<void> {
    await this.#ask('syncFolder', path);
    for (const one of this.#unnamed) if (one.startsWith(path)) this.named.add(one);
    await machineDisk.syncFolder(path);
  }
  usage(): Promise<number> {
    return Promise.resolve(this.usedShare);
  }

  async #ask(call: DiskCall, path: string): Promise<void> {
    const error = await this.fails(call, path);
    if (error === undefined) return;
    this.failures += 1;
    throw error;
  }
}
