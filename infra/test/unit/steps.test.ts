import { describe, expect, it } from 'vitest';
import { commands } from '../../setup/commands.mjs';
import { SetupError } from '../../setup/error.mjs';
import type { Requirement } from '../../setup/requirements.mjs';
import { runSteps } from '../../setup/steps.mjs';
import type { buildWorker } from '../../setup/worker-build.mjs';
import { someFacts } from '../support/facts.ts';
import { recordedProgress } from '../support/progress.ts';

type Steps = NonNullable<Parameters<typeof runSteps>[1]>;
type Name = keyof Steps;
type Build = typeof buildWorker;

/** Steps that begin when they are called and end when the test says so, or when they are stopped. */
function scripted(changes: Parameters<typeof someFacts>[0] = {}, missing: string[] = []) {
  const begun: Name[] = [];
  const stopped: Name[] = [];
  const open = new Map<Name, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const compile: { build?: Build } = {};
  const step = (name: Name) => (first: unknown, second?: unknown) => {
    begun.push(name);
    const { signal, build } = (second ?? first) as { signal: AbortSignal; build: Build };
    if (name === 'ensureWorker') compile.build = build;
    return new Promise<string>((resolve, reject) => {
      open.set(name, { resolve, reject });
      signal.addEventListener('abort', () => {
        stopped.push(name);
        reject(new SetupError('INTERRUPTED', name, { remedy: '' }));
      });
    });
  };
  const steps = {
    ensurePackages: step('ensurePackages'),
    ensureNodeModules: step('ensureNodeModules'),
    fetchMediasoup: step('fetchMediasoup'),
    ensureWorker: step('ensureWorker'),
    ensurePathd: () => undefined,
    ensureGenerated: step('ensureGenerated'),
    ensureServices: step('ensureServices'),
    ensureBundles: step('ensureBundles'),
    ensureLivekitPython: step('ensureLivekitPython'),
  } as unknown as Steps;
  const interrupt = new AbortController();
  const env: Record<string, string | undefined> = {};
  const context = {
    root: '/nowhere',
    cache: '/nowhere',
    logs: '/nowhere',
    env: {},
    facts: someFacts(changes),
    finder: { missing: (rows: Requirement[]) => rows.filter((row) => missing.includes(row.debian)) },
    progress: recordedProgress(),
    signal: interrupt.signal,
  };
  const command = commands.get('start');
  if (!command) throw new Error('there is no start');
  const result = runSteps({ command, env, context }, steps);
  const settled = async () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: Name, value = '') => {
    open.get(name)?.resolve(value);
    await settled();
  };
  const fail = (name: Name, error: Error) => open.get(name)?.reject(error);
  return { result, begun, stopped, env, interrupt, end, fail, compile };
}

describe('the steps of the set-up', () => {
  it('provide the worker while npm installs, then bundle while it is built', async () => {
    const { result, begun, env, end } = scripted();
    expect(begun).toEqual(['ensureNodeModules', 'fetchMediasoup']);
    await end('fetchMediasoup');
    expect(begun.at(-1)).toBe('ensureWorker');
    await end('ensureNodeModules', '/node');
    await end('ensureGenerated');
    await end('ensureServices');
    expect(begun.slice(3)).toEqual(['ensureGenerated', 'ensureServices', 'ensureBundles']);
    await end('ensureBundles');
    await end('ensureWorker', '/worker');
    expect(begun.at(-1)).toBe('ensurePackages');
    await end('ensurePackages');
    expect(await result).toBe('/node');
    expect(env['MEDIASOUP_WORKER_BIN']).toBe('/worker');
  });

  it('install the other system packages as soon as the compilers are there, while these are at work', async () => {
    const { result, begun, end, fail, compile } = scripted();
    await end('fetchMediasoup');
    expect(begun).not.toContain('ensurePackages');
    const refuses = () => {
      throw new Error('builds nothing in a test');
    };
    const place = { facts: someFacts({ distribution: undefined }), finder: { missing: refuses } };
    await expect(compile.build?.(place as unknown as Parameters<Build>[0])).rejects.toThrow('builds nothing');
    expect(begun).toContain('ensurePackages');
    fail('ensureWorker', new Error('no worker'));
    await expect(result).rejects.toThrow('no worker');
  });

  it('run in turn what needs much memory where there is little', async () => {
    const { result, begun, end } = scripted({ memoryAvailableMb: 2000 });
    expect(begun).toEqual(['ensureNodeModules']);
    await end('ensureNodeModules', '/node');
    await end('fetchMediasoup');
    await end('ensureGenerated');
    await end('ensureServices');
    expect(begun).toContain('ensureWorker');
    expect(begun).not.toContain('ensureBundles');
    await end('ensureWorker', '/worker');
    expect(begun).toContain('ensureBundles');
    await end('ensureBundles');
    await end('ensurePackages');
    await result;
  });

  it('stop all others when one fails, and say that one error when they have ended', async () => {
    const { result, stopped, begun, fail } = scripted();
    fail('ensureNodeModules', new SetupError('NPM_FAILED', 'no registry', { remedy: '' }));
    await expect(result).rejects.toMatchObject({ code: 'NPM_FAILED' });
    expect(stopped).toContain('fetchMediasoup');
    expect(begun).not.toContain('ensureGenerated');
  });

  it('stop all on an interrupt', async () => {
    const { result, stopped, interrupt } = scripted();
    interrupt.abort();
    await expect(result).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(stopped).toEqual(expect.arrayContaining(['ensureNodeModules', 'fetchMediasoup']));
  });

  it('begin nothing where packages are missing that may not be installed', async () => {
    const { result, begun } = scripted({ root: false }, ['ffmpeg']);
    await expect(result).rejects.toMatchObject({ code: 'PACKAGES_MISSING' });
    expect(begun).toEqual([]);
  });
});
