// A third region beside the two of `npm start`, made of the same processes as Singapore. The lab starts and kills them:
// no supervisor brings one back before it should come back.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { killGroup } from '@meridian/runtime/child';
import { bundleOf } from '../../../infra/services/entries.mjs';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';

const repository = join(import.meta.dirname, '../../..');

export const THIRD = { id: 'virginia', short: 'iad', net: '127.0.3', latitude: 38.95, longitude: -77.45 } as const;

const kinds = {
  sig: 'signaling',
  'sfu-1': 'sfu',
  gw: 'gateway',
  probe: 'edge-probe',
} as const;
export type Part = keyof typeof kinds;
export const parts = Object.keys(kinds) as Part[];

const idOf = (part: Part, short: string): string => {
  const [name = '', number] = part.split('-');
  return [name, short, ...(number === undefined ? [] : [number])].join('-');
};

export class ThirdRegion {
  readonly #cloud: TestCloud;
  readonly #apiUrl: string;
  readonly #running = new Map<Part, ChildProcess>();

  /** `apiUrl`: where its tester books and reports. */
  constructor(cloud: TestCloud, apiUrl: string) {
    this.#cloud = cloud;
    this.#apiUrl = apiUrl;
  }

  /** Resolves when the centre takes it for alive. */
  async start(part: Part): Promise<void> {
    if (this.#running.has(part)) return;
    const { stateDir } = this.#cloud;
    const id = idOf(part, THIRD.short);
    const kind = kinds[part];
    const file = await this.#writeConfig(part, id, kind);
    const log = openSync(join(stateDir, 'logs', `${id}.log`), 'a');
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', bundleOf(repository, kind), '--config', file],
      // With a channel: it ends when the lab does, however that ends.
      { stdio: ['ignore', log, log, 'ipc'], detached: true },
    );
    this.#running.set(part, child);
    await until(`${id} serves`, async () => {
      if (child.exitCode !== null) throw new Error(`${id} ended; its log: ${this.#cloud.log(id).slice(-5).join('\n')}`);
      return (await this.#cloud.fleet()).nodes.some(({ nodeId, state }) => nodeId === id && state === 'alive');
    });
  }

  /** kill -9 of it and of what it started. */
  async kill(part: Part): Promise<void> {
    const child = this.#running.get(part);
    this.#running.delete(part);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    killGroup(child.pid);
    await ended;
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await Promise.all(parts.map((part) => this.kill(part)));
  }

  /** That of Singapore's process, moved here. */
  async #writeConfig(part: Part, id: string, kind: string): Promise<string> {
    const { stateDir } = this.#cloud;
    const model = readFileSync(join(stateDir, idOf(part, 'sgp'), 'config.json'), 'utf8');
    const moved = model.replaceAll('singapore', THIRD.id).replaceAll('127.0.2.', `${THIRD.net}.`);
    const config = JSON.parse(moved.replaceAll('-sgp', `-${THIRD.short}`)) as Record<string, unknown>;
    const { latitude, longitude } = THIRD;
    const dir = join(stateDir, id);
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const isKnown = existsSync(join(dir, 'credentials.json'));
    const enrolment = isKnown ? {} : await this.#cloud.enrolment(id, kind, THIRD.id);
    const dial = config['dial'] === undefined ? {} : { dial: { ...Object(config['dial']), apiUrl: this.#apiUrl } };
    const file = join(dir, 'config.json');
    writeFileSync(file, JSON.stringify({ ...config, latitude, longitude, ...dial, ...enrolment }), { mode: 0o600 });
    return file;
  }
}
