import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, packageNames } from '../../pack/pack.ts';
import { installPacked } from '../support/installed.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const home = mkdtempSync(join(tmpdir(), 'meridian-packed-'));
let packages: Packed[];
beforeAll(async () => {
  packages = await installPacked(home, packageNames);
  writeFileSync(join(home, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const packageOf = (name: string): Packed => {
  const found = packages.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not packed`);
  return found;
};
/** Returns the output of a program, even if it fails. */
const said = (file: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> =>
  run(file, args, { cwd: home, env: { ...process.env, ...env } }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string; stderr: string }) => `failed: ${error.stdout}${error.stderr}`,
  );

describe('the packages of npm run pack', () => {
  it.each(packageNames)('%s has a valid package.json', async (name) => {
    const { folder } = packageOf(name);
    const { messages, pkg = {} } = await publint({ pkgDir: folder, pack: 'npm', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  // The command line is a program without exports.
  it.each(packageNames.filter((name) => name !== 'cli'))('%s has types that importers find', async (name) => {
    const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const answer = await said(process.execPath, [attw, packageOf(name).tarball, '--profile', 'esm-only', '--no-color']);
    expect(answer.trim()).toMatch(new RegExp(`^@meridian/${name} v`));
  });

  it('contain no TypeScript, no tests, and nothing of this repository', async () => {
    for (const { folder, manifest } of packages) {
      expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['private', 'scripts', 'devDependencies']));
      expect(JSON.stringify(manifest)).not.toContain('./src/');
      const { stdout } = await run('find', [join(folder, 'dist'), '-name', '*.ts', '-not', '-name', '*.d.ts']);
      expect(stdout).toBe('');
    }
  });

  it('compile in a project that uses all, with library checks', async () => {
    writeFileSync(
      join(home, 'all.ts'),
      `
      import { createClient, verifyWebhook } from '@meridian/api-client';
      import { Throttle } from '@meridian/client';
      import { limits, wire } from '@meridian/protocol';
      import { Room } from '@meridian/sdk-web';
      import { fileSource } from '@meridian/uploader/node';
      const name: string = (await createClient({ url: 'https://x' }).get('/rooms/{room}', { params: { path: { room: 'a' } } })).name;
      const bytes: Uint8Array = wire.Join.encode({ token: name }).finish();
      console.log(limits.nameLengthMax, bytes, new Room(), verifyWebhook, Throttle, fileSource);
      `,
    );
    const examples = ['api-client', 'uploader'].flatMap((name) => {
      const readme = readFileSync(join(home, 'node_modules/@meridian', name, 'README.md'), 'utf8');
      return [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    });
    expect(examples).toHaveLength(4);
    const given = 'declare const request: Request; declare const body: string;';
    for (const [at, code] of examples.entries())
      writeFileSync(join(home, `example${at}.ts`), `${code}${at === 1 ? given : ''}`);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: false,
      module: 'NodeNext',
      target: 'ES2022',
      types: [],
      lib: ['ES2024', 'DOM', 'DOM.Iterable'],
    };
    writeFileSync(
      join(home, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['all.ts', ...examples.map((_, at) => `example${at}.ts`)] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(await said(process.execPath, [tsc, '-p', '.', '--pretty', 'false'])).toBe('');
  });

  it('run in Node', async () => {
    const imports = ['protocol', 'client', 'api-client', 'uploader', 'uploader/node', 'sdk-web'].map(
      (name) => `import '@meridian/${name}';`,
    );
    writeFileSync(
      join(home, 'all.mjs'),
      `${imports.join('\n')}
      import { wire } from '@meridian/protocol';
      console.log(wire.PlaceRequest.decode(wire.PlaceRequest.encode({ roomKey: 'a' }).finish()).roomKey);`,
    );
    expect(await said(process.execPath, ['all.mjs'])).toBe('a\n');
  });

  it('run the example of the protocol', async () => {
    const readme = readFileSync(join(home, 'node_modules/@meridian/protocol/README.md'), 'utf8');
    writeFileSync(join(home, 'frames.mjs'), /```js example=frames\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');
    expect(await said(process.execPath, ['frames.mjs'])).toMatch(/^\d+ \[ 'leave' \]\n/);
  });

  it('run the command line', async () => {
    const { bin } = JSON.parse(readFileSync(join(home, 'node_modules/@meridian/cli/package.json'), 'utf8'));
    const program = join(home, 'node_modules/@meridian/cli', bin.meridian);
    const env = { MERIDIAN_API_KEY: 'a', MERIDIAN_API_SECRET: 'b'.repeat(32) };
    const token = await said(program, ['token', 'create', '--room', 'demo', '--identity', 'ann'], {
      ...env,
      // The system's own Node may be older than `engines` requires.
      PATH: `${join(process.execPath, '..')}:${process.env['PATH']}`,
    });
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });
});
