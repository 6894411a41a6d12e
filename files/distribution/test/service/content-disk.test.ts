// Files of contents on the disk, and disks that are full or fail.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLogger, ManualClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { disk as realDisk } from '../../src/content/disk.ts';
import { openContentFolder } from '../../src/content/folder.ts';
import type { ContentFolder } from '../../src/content/types.ts';
import { SinkError } from '../../src/sinks/sink.ts';
import { Holder, hashesOf, hexOf } from '../support/holder.ts';

const disk = {
  /** Called with the new name of each renamed file. */
  onRename: async (_name: string): Promise<void> => undefined,
};

const BLOCK = 1000;
const film = randomBytes(2 * BLOCK);
const log = createLogger({ name: 'content', level: 'silent' });
const end = new AbortController();
const failing = (code: string): Error => Object.assign(new Error(code), { code });
let root: string;
let clock: ManualClock;
let folder: ContentFolder;
let holder: Holder;

async function open(): Promise<void> {
  const o = { folder: root, bytesMax: 2 * film.length, parallel: 2, clock, log, blockBytes: BLOCK };
  folder = await openContentFolder(o);
}
async function openAgain(): Promise<void> {
  await folder.close();
  await open();
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'meridian-disk-'));
  clock = new ManualClock({ wallMs: Date.now() });
  disk.onRename = async () => undefined;
  // A mock of the module has no effect, since earlier files in this process have loaded it.
  vi.spyOn(realDisk, 'rename').mockImplementation(async (from, to) => {
    await disk.onRename(basename(String(to)));
    await rename(from, to);
  });
  await open();
  holder = await Holder.of(film, BLOCK);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await folder.close();
  await holder.close();
  rmSync(root, { recursive: true, force: true });
});

const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof SinkError ? error.code : (error as { code: unknown }).code),
  );
function bring(content: string): Promise<unknown> {
  const [sha256, blocksSha256] = [hexOf(film), hexOf(hashesOf(film, BLOCK))];
  const supply = { token: 'token', pass: 'pass', sources: async () => [holder.source] };
  const wanted = { content, tenant: 'acme', bytes: film.length, sha256, blocksSha256 };
  return codeOf(folder.fetch(wanted, supply, { signal: end.signal }));
}
const areThere = (...contents: readonly string[]): boolean[] =>
  contents.map((content) => folder.find(content)?.isWhole === true);

describe('a hold', () => {
  beforeEach(async () => {
    await bring('up_a');
  });

  it('is on the disk when its call resolves, also while another call writes it', async () => {
    const began = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    disk.onRename = async () => {
      began.resolve();
      await written.promise;
    };
    const ended: string[] = [];
    const holds = ['first', 'second'].map(async (call) => {
      await folder.hold('up_a', 'region');
      ended.push(call);
    });
    await began.promise;
    await folder.hold('up_none', 'region'); // takes longer than a call that does not wait
    expect(ended).toEqual([]);
    written.resolve();
    await Promise.all(holds);
  });

  it('is written by the next call if a write failed', async () => {
    disk.onRename = async () => {
      throw failing('EIO');
    };
    expect(await codeOf(folder.hold('up_a', 'region'))).toBe('EIO');
    disk.onRename = async () => undefined;
    await folder.hold('up_a', 'region');
    await openAgain();
    expect([await bring('up_b'), await bring('up_c')]).toEqual(['done', 'done']);
    expect(areThere('up_a', 'up_b', 'up_c')).toEqual([true, false, true]);
  });

  it('that precedes its content is written with the content', async () => {
    await folder.hold('up_b', 'region');
    await bring('up_b');
    await openAgain();
    expect([await bring('up_c'), await bring('up_d')]).toEqual(['done', 'done']);
    expect(areThere('up_a', 'up_b', 'up_c', 'up_d')).toEqual([false, true, false, true]);
  });

  it('fails with DISK_FULL on a full disk', async () => {
    disk.onRename = async () => {
      throw failing('ENOSPC');
    };
    expect(await codeOf(folder.hold('up_a', 'region'))).toBe('DISK_FULL');
  });
});

describe('a fetch', () => {
  it('fails with DISK_FULL when the disk cannot record the check, and succeeds later', async () => {
    let metas = 0;
    disk.onRename = async (name) => {
      metas += name === 'meta.json' ? 1 : 0;
      if (metas > 1) throw failing('ENOSPC');
    };
    expect(await bring('up_a')).toBe('DISK_FULL');
    disk.onRename = async () => undefined;
    expect([await bring('up_a'), holder.requests.length]).toEqual(['done', 3]);
  });

  it('fails with DISK_FULL without room for the hashes', async () => {
    disk.onRename = async (name) => {
      if (name === 'blocks') throw failing('EDQUOT');
    };
    expect(await bring('up_a')).toBe('DISK_FULL');
  });
});

describe('a removal', () => {
  it('that failed half way is completed by the next call', async () => {
    await bring('up_a');
    const meta = join(root, 'up_a/meta.json');
    rmSync(meta);
    mkdirSync(meta);
    expect(await codeOf(folder.remove('up_a'))).toBe('ERR_FS_EISDIR');
    rmSync(meta, { recursive: true });
    await folder.remove('up_a');
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('a restart', () => {
  it('uses nothing of a content whose removal was killed', async () => {
    await bring('up_a');
    rmSync(join(root, 'up_a/meta.json'));
    await openAgain();
    expect([readdirSync(root), folder.usedBytes]).toEqual([[], 0]);
  });

  it('removes the remains of a killed write', async () => {
    await bring('up_a');
    const left = join(root, 'up_a/holds.json.1-1.new');
    writeFileSync(left, '[');
    await openAgain();
    expect([existsSync(left), ...areThere('up_a')]).toEqual([false, true]);
  });

  it('keeps the order in which contents were used', async () => {
    await bring('up_a');
    await bring('up_b');
    clock.advance(120_000);
    await bring('up_a');
    await openAgain();
    await bring('up_c');
    expect(areThere('up_a', 'up_b', 'up_c')).toEqual([true, false, true]);
  });
});
