// The three regions' processes, spoken to by lines, and how they are joined: two ends with a pipe between them, and a
// relay.
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { RtpParameters } from '@meridian/protocol';
import { numberOf } from '../../../sfu/src/adapters/pathd.ts';
import type { PathOrder } from '../../../sfu/src/core/index.ts';
import { until } from '../../../test/support/poll.ts';
import type { RegionName, Regions } from './regions.ts';

interface Answer {
  readonly id: number;
  readonly ok?: boolean;
  readonly why?: string;
  readonly wirePort?: number;
  readonly local?: { ip: string; port: number };
  readonly srtp?: { cryptoSuite: string; keyBase64: string };
  readonly port?: number;
  readonly rtpPort?: number;
  readonly rtpParameters?: RtpParameters;
  readonly arrivalsMs?: number[];
  readonly samples?: { via: string; active: boolean; rttMs: number }[];
  readonly flips?: { via: string; reason: string; atMs: number; ageMs: number }[];
  readonly error?: string;
  readonly transports?: number;
  readonly producers?: number;
}

/** A region's process, spoken to by lines; `regions` ends it. */
export class End {
  readonly name: RegionName;
  readonly ip: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #id = 0;
  ready: Answer | undefined;

  constructor(regions: Regions, name: RegionName, pathdBin: string) {
    this.name = name;
    this.ip = regions.ownIp(name);
    const program = new URL('end.ts', import.meta.url).pathname;
    this.#child = regions.spawn(name, process.execPath, [program, name, this.ip, pathdBin]);
    createInterface({ input: this.#child.stdout ?? process.stdin }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id === 0) this.ready = answer;
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  ask(order: string, more: object = {}): Promise<Answer> {
    this.#id += 1;
    const id = this.#id;
    this.#child.stdin?.write(`${JSON.stringify({ id, do: order, ...more })}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (answer) => {
        if (answer.ok === true) resolve(answer);
        else reject(new Error(`${this.name}: ${order}: ${answer.why}`));
      });
    });
  }
  async path(pathOrder: PathOrder): Promise<void> {
    const { error } = await this.ask('path', { pathOrder });
    if (error !== '') throw new Error(`pathd of ${this.name}: ${pathOrder.kind}: ${error}`);
  }
}

const keyOf = (from: string, to: string): string => Buffer.from(`key ${from} to ${to}`.padEnd(16)).toString('hex');

/** Two ends with a pipe between them; `route` says that the direct path is the right one and the relay the second. */
export interface JoinedEnds {
  readonly a: End;
  readonly b: End;
  readonly route: () => Promise<void>;
}

export async function joinEnds(ends: ReadonlyMap<RegionName, End>): Promise<JoinedEnds> {
  const [a, b] = [ends.get('a'), ends.get('b')];
  if (a === undefined || b === undefined) throw new Error('a region is missing');
  await until('every pathd runs', () => [...ends.values()].every(({ ready }) => ready?.wirePort !== undefined), 30_000);
  for (const one of ends.values())
    for (const other of ends.values())
      if (one !== other)
        await one.path({
          kind: 'peer',
          name: numberOf(other.name),
          ip: other.ip,
          port: other.ready?.wirePort ?? 0,
          sendKey: keyOf(one.name, other.name),
          receiveKeys: [keyOf(other.name, one.name)],
        });
  const [mediaA, mediaB] = [await a.ask('media'), await b.ask('media')];
  for (const [end, media, far, farMedia] of [
    [a, mediaA, b, mediaB],
    [b, mediaB, a, mediaA],
  ] as const) {
    await end.path({ kind: 'flow', name: numberOf(far.name), ip: '127.0.0.1', port: media.port ?? 0, theirFlow: 0 });
    await end.ask('connect', { remote: { ...end.ready?.local, srtp: farMedia.srtp } });
  }
  const relay = numberOf('r');
  const route = async (): Promise<void> => {
    await a.path({ kind: 'route', name: numberOf('b'), primary: 'direct', standby: relay });
    await b.path({ kind: 'route', name: numberOf('a'), primary: 'direct', standby: relay });
  };
  await route();
  return { a, b, route };
}

/** The direct path is active and the standby lives. */
export async function bothLive({ a }: JoinedEnds): Promise<boolean> {
  const samples = (await a.ask('state')).samples ?? [];
  const isLive = samples.length === 2 && samples.every(({ rttMs }) => rttMs > 0);
  return isLive && samples.some(({ via, active }) => via === 'direct' && active);
}
