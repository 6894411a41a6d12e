// The set-up of `npm start` with only the installation of ffmpeg: `set-up.ts FOLDER FILE [ARGUMENTS]` runs FILE while
// apt-get and dpkg of FOLDER/bin install.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runEntry } from '../../setup/entry.mjs';
import { ensurePackages } from '../../setup/packages.mjs';
import { createProgress } from '../../setup/progress.mjs';
import type { Requirement } from '../../setup/requirements.mjs';
import { runSteps } from '../../setup/steps.mjs';
import { someFacts } from './facts.ts';

const [folder = '', file = '', ...args] = process.argv.slice(2);
process.env['PATH'] = `${join(folder, 'bin')}:${process.env['PATH']}`;
process.env['FOLDER'] = folder;
const progress = createProgress({ output: process.stderr, nowMs: () => performance.now() });
const none = (): Promise<string> => Promise.resolve('');
const steps = {
  ensurePackages: (...[purpose, context]: Parameters<typeof ensurePackages>) =>
    ensurePackages(purpose, { ...context, policyFile: join(folder, 'policy') }),
  ensureNodeModules: () => Promise.resolve(process.execPath),
  fetchMediasoup: none,
  ensureWorker: none,
  ensurePathd: () => undefined,
  ensureJail: () => undefined,
  ensureGenerated: none,
  ensureServices: none,
  ensureBundles: none,
  ensureLivekitPython: none,
} as unknown as NonNullable<Parameters<typeof runSteps>[1]>;
const context = {
  root: '/',
  cache: folder,
  logs: join(folder, 'logs'),
  env: {},
  facts: someFacts(),
  finder: { missing: (rows: Requirement[]) => (existsSync(join(folder, 'installed')) ? [] : rows) },
  progress,
  signal: new AbortController().signal,
};
const env = { ...process.env };
const { node, later } = await runSteps({ command: { laterPackages: 'start', entry: file }, env, context }, steps);
process.exitCode = await runEntry({ root: '/', node, entry: file, args, env, later });
