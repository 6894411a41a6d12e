// The set-up provides a Python with LiveKit's SDK from the cache, from a package index, or not at all.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureLivekitPython } from '../../setup/livekit-python.mjs';

let cache: string;
let notes: string[];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'meridian-python-'));
  notes = [];
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const progress = {
  note: (line: string) => void notes.push(line),
  step: <T>(_title: string, work: (report: () => void) => Promise<T>) => work(() => undefined),
};

/** Makes a stand-in for python3: `--version`, `-m venv PLACE`, and a pip that runs `pip`. */
function interpreter(pip: string): string {
  const file = join(cache, 'python3');
  const text = `#!/bin/sh
case "$1 $2" in
"--version ") echo "Python 3.99.1";;
"-m venv") mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && echo x >> "${cache}/venvs";;
"-m pip") ${pip};;
esac
`;
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

interface Case {
  readonly env?: Record<string, string>;
  readonly interpreters?: readonly string[];
  readonly limitMs?: number;
  readonly signal?: AbortSignal;
}
function ensure(o: Case): Promise<string> {
  const wanted = join(cache, 'wanted.txt');
  writeFileSync(wanted, 'livekit==1\n');
  mkdirSync(join(cache, 'logs'), { recursive: true });
  return ensureLivekitPython({ cache, logs: join(cache, 'logs'), env: {}, progress: progress as never, wanted, ...o });
}
const entries = (): string[] => readdirSync(join(cache, 'livekit-python'));

describe('the Python of tests', () => {
  it('is left out without an interpreter, and the reason is returned', async () => {
    expect(await ensure({ interpreters: ['/no/such/python'] })).toBe('there is no python3');
    expect(notes).toEqual([expect.stringContaining('there is no python3')]);
  });

  it('is left out when the index lacks it, with pip’s message, and no partial installation stays', async () => {
    const why = await ensure({ interpreters: [interpreter('echo "no matching distribution" >&2; exit 1')] });
    expect(why).toMatch(/^Installing .*no matching distribution.*package index/s);
    expect(entries()).toEqual([]);
  });

  it('is left out in time when the index does not answer', async () => {
    const why = await ensure({ interpreters: [interpreter('exec sleep 600')], limitMs: 500 });
    expect(why).toMatch(/could not be installed in time/);
    expect(entries()).toEqual([]);
  });

  it('ends the set-up when it is interrupted', async () => {
    const interrupt = new AbortController();
    const wanted = ensure({ interpreters: [interpreter('exec sleep 600')], signal: interrupt.signal });
    await expect.poll(() => existsSync(join(cache, 'venvs'))).toBe(true);
    interrupt.abort();
    await expect(wanted).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is made once, and again when it is incomplete', async () => {
    const interpreters = [interpreter('exit 0')];
    const first = await ensure({ interpreters });
    expect(first).toMatch(/livekit-python\/\w+\/bin\/python$/);
    expect(await ensure({ interpreters: [interpreter('exit 1')] })).toBe(first);
    rmSync(join(first, '../../.whole'));
    expect(await ensure({ interpreters: [interpreter('exit 1')] })).toMatch(/^Installing/);
    expect(await ensure({ interpreters: [interpreter('exit 0')] })).toBe(first);
  });

  it('can be set by MERIDIAN_LIVEKIT_PYTHON', async () => {
    expect(await ensure({ env: { MERIDIAN_LIVEKIT_PYTHON: '/opt/python' }, interpreters: [] })).toBe('/opt/python');
    expect(notes).toEqual([]);
  });
});
