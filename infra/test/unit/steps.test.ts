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

/** Steps that begin when called, and end when the test says so or when they are stopped. */
function scripted(changes: Parameters<typeof someFacts>[0] = {}, missing: string[] = [], name = 'start') {
  const begun: Name[] = [];
  const stopped: Name[] = [];
  const openSteps = new Map<Name, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  const compile: { build?: Build; isPatched?: boolean } = {};
  const behind: boolean[] = [];
  const step = (name: Name) => (first: unknown, second?: unknown) => {
    begun.push(name);
    const { signal, build, isBehind, isPatched } = (second ?? first) as {
      signal: AbortSignal;
      build: Build;
      isBehind?: boolean;
      isPatched?: boolean;
    };
    if (name === 'ensurePackages') behind.push(isBehind === true);
    if (name === 'ensureWorker') Object.assign(compile, { build, isPatched });
    return new Promise<string>((resolve, reject) => {
      openSteps.set(name, { resolve, reject });
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
    ensureJail: () => undefined,
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
  const command = commands.get(name);
  if (!command) throw new Error(`there is no ${name}`);
  const result = runSteps({ command, env, context }, steps);
  const untilSettled = async () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: Name, value = '') => {
    openSteps.get(name)?.resolve(value);
    await untilSettled();
  };
  const fail = (name: Name, error: Error) => openSteps.get(name)?.reject(error);
  const { said } = context.progress;
  return { result, begun, behind, stopped, said, env, interrupt, end, fail, compile };
}

describe('the steps of the set-up', () => {
  it('provide the worker while npm installs, and bundle while it is built', async () => {
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
    expect(await result).toEqual({ node: '/node' });
    expect(begun).not.toContain('ensurePackages');
    expect(env['MEDIASOUP_WORKER_BIN']).toBe('/worker');
  });

  it('install the other system packages once the compilers are installed, while the worker is compiled', async () => {
    const { result, begun, behind, end, fail, compile } = scripted({}, ['ffmpeg'], 'release');
    await end('fetchMediasoup');
    expect(begun).not.toContain('ensurePackages');
    const refuses = () => {
      throw new Error('builds nothing in a test');
    };
    const place = { facts: someFacts({ distribution: undefined }), finder: { missing: refuses } };
    await expect(compile.build?.(place as unknown as Parameters<Build>[0])).rejects.toThrow('builds nothing');
    expect([begun.at(-1), behind]).toEqual(['ensurePackages', [false]]);
    fail('ensureWorker', new Error('no worker'));
    await expect(result).rejects.toThrow('no worker');
  });

  const workers = [...commands].flatMap(([name, { worker }]) => (worker ? [[name, name !== 'start'] as const] : []));
  it.each(workers)('of %s need our patches in the worker: %s', async (name, isPatched) => {
    const { result, end, interrupt, compile } = scripted({}, [], name);
    await end('fetchMediasoup');
    expect(compile.isPatched).toBe(isPatched);
    interrupt.abort();
    await expect(result).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  /** Ends all steps for which `npm start` waits. */
  async function all({ end }: Pick<ReturnType<typeof scripted>, 'end'>) {
    for (const name of ['fetchMediasoup', 'ensureNodeModules', 'ensureGenerated', 'ensureServices'] as const)
      await end(name, '/node');
    for (const name of ['ensureBundles', 'ensureWorker'] as const) await end(name, '/worker');
  }

  it('begin the cloud before ffmpeg, which is installed after all else once the compilers are', async () => {
    const run = scripted({}, ['ffmpeg']);
    await all(run);
    const { node, later } = await run.result;
    expect([node, later?.names, run.begun.at(-1), run.behind]).toEqual(['/node', 'ffmpeg', 'ensurePackages', [true]]);
    expect(run.stopped).toEqual([]);
    await later?.stop();
    expect([run.stopped, run.said]).toEqual([['ensurePackages'], []]);
  });

  it('name no later packages when those were installed first', async () => {
    const run = scripted({}, ['ffmpeg']);
    await run.end('fetchMediasoup');
    await run.end('ensureWorker', '/worker');
    await run.end('ensurePackages');
    await all(run);
    expect(await run.result).toEqual({ node: '/node' });
  });

  it('begin the cloud even when ffmpeg cannot be installed, and report why', async () => {
    const run = scripted({}, ['ffmpeg']);
    await run.end('fetchMediasoup');
    await run.end('ensureWorker', '/worker');
    run.fail('ensurePackages', new SetupError('PACKAGES_FAILED', 'no mirror', { remedy: 'dial in' }));
    await all(run);
    expect(await run.result).toEqual({ node: '/node' });
    expect(run.said).toEqual([
      expect.stringMatching(/no mirror \(PACKAGES_FAILED\)\nWhat to do: dial in\n.*without ffmpeg/),
    ]);
  });

  it('wait for the end of later packages when another step fails', async () => {
    const run = scripted({}, ['ffmpeg']);
    await run.end('fetchMediasoup');
    await run.end('ensureWorker', '/worker');
    expect(run.begun.at(-1)).toBe('ensurePackages');
    run.fail('ensureNodeModules', new SetupError('NPM_FAILED', 'no registry', { remedy: '' }));
    await expect(run.result).rejects.toMatchObject({ code: 'NPM_FAILED' });
    expect([run.stopped.at(-1), run.said]).toEqual(['ensurePackages', []]);
  });

  it('run memory-hungry steps in turn where memory is short', async () => {
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
    await result;
  });

  it('stop all other steps when one fails, and report only its error when they have ended', async () => {
    const { result, stopped, begun, fail } = scripted();
    fail('ensureNodeModules', new SetupError('NPM_FAILED', 'no registry', { remedy: '' }));
    await expect(result).rejects.toMatchObject({ code: 'NPM_FAILED' });
    expect(stopped).toContain('fetchMediasoup');
    expect(begun).not.toContain('ensureGenerated');
  });

  it('are all stopped on an interrupt', async () => {
    const { result, stopped, interrupt } = scripted();
    interrupt.abort();
    await expect(result).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(stopped).toEqual(expect.arrayContaining(['ensureNodeModules', 'fetchMediasoup']));
  });

  it('begin nothing when packages are missing that may not be installed', async () => {
    const { result, begun } = scripted({ root: false }, ['ffmpeg']);
    await expect(result).rejects.toMatchObject({ code: 'PACKAGES_MISSING' });
    expect(begun).toEqual([]);
  });
});
