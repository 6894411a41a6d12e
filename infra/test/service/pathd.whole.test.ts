// How the set-up provides pathd: from the cache, from gcc, or not at all.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePathd } from '../../setup/pathd.mjs';

const root = join(import.meta.dirname, '../../..');
let cache: string;
let notes: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'meridian-pathd-'));
  notes = [];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));
const ensure = (o: { env?: Record<string, string>; compiler?: string; root?: string } = {}) =>
  ensurePathd({ root, cache, env: {}, note: (line) => notes.push(line), ...o });

describe('pathd', () => {
  it('is compiled once, and taken from the cache after that', () => {
    const first = ensure();
    expect(first).toMatch(/pathd$/);
    expect(ensure({ compiler: 'gcc' })).toBe(first);
    expect(notes).toEqual([]);
    expect(readdirSync(join(cache, 'pathd')).length).toBe(1);
  });
  it('that was damaged in the cache is compiled anew', () => {
    const first = ensure() ?? '';
    writeFileSync(first, '#!/bin/sh\necho nonsense\n');
    chmodSync(first, 0o755);
    expect(ensure()).toBe(first);
    expect(notes).toEqual([]);
  });
  it('is left out, and that is said once, where there is no compiler', () => {
    expect(ensure({ compiler: 'no-such-compiler' })).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('there is no no-such-compiler')]);
  });
  it('is left out where the compiler fails, and nothing half made stays', () => {
    mkdirSync(join(cache, 'tree/sfu/pathd/src'), { recursive: true });
    writeFileSync(join(cache, 'tree/sfu/pathd/src/main.c'), 'int main(void) { return }\n');
    expect(ensure({ root: join(cache, 'tree') })).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(/no pathd \(.*main\.c/)]);
    expect(readdirSync(join(cache, 'pathd'))).toEqual([]);
  });
  it('can be switched off without a word, and named', () => {
    expect(ensure({ env: { MERIDIAN_PATHD_BIN: 'none' } })).toBeUndefined();
    expect(notes).toEqual([]);
    const made = ensure();
    expect(ensure({ env: { MERIDIAN_PATHD_BIN: made ?? '' } })).toBe(made);
    expect(ensure({ env: { MERIDIAN_PATHD_BIN: '/bin/true' } })).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('does not run')]);
  });
});
