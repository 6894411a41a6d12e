// Streams of the world map over real sockets, including readers that stop reading or lose their right.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { limits } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { STREAMS_MAX } from '../../src/console/world-feed.ts';
import { fleetNode } from '../support/scripted-fleet.ts';
import { operatorKey, type TestApi, testApi } from '../support/test-api.ts';

let api: TestApi;
let port: number;
const readers: Reader[] = [];

beforeEach(async () => {
  api = await testApi();
  await api.app.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = api.app.server.address() as AddressInfo);
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.leave();
  await api.close();
});

interface Event {
  readonly name: string;
  readonly id: string;
  readonly data: { readonly seq: number; readonly sites: readonly { readonly site: string; readonly load: number }[] };
}

class Reader {
  readonly events: Event[] = [];
  comments = 0;
  isOver = false;
  readonly answer: Response;
  readonly #stop: AbortController;

  static async open(token: string): Promise<Reader> {
    const stop = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/console/world/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: stop.signal,
    });
    const reader = new Reader(answer, stop);
    readers.push(reader);
    return reader;
  }

  private constructor(answer: Response, stop: AbortController) {
    this.answer = answer;
    this.#stop = stop;
    this.#read().catch(() => {
      this.isOver = true;
    });
  }

  leave(): void {
    this.#stop.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    for await (const part of this.answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + part).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.isOver = true;
  }

  #take(block: string): void {
    if (block.startsWith(':')) this.comments += 1;
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    if (field('event') !== '')
      this.events.push({ name: field('event'), id: field('id'), data: JSON.parse(field('data')) as Event['data'] });
  }
}

const tokenOf = (): Promise<string> => api.token({ scope: 'operator' }, operatorKey);
/** Advances to the next update of the world map, and waits until it is sent. */
async function pollCentre(): Promise<void> {
  api.clock.advance(2000);
  await api.feed.current();
}
const eventsOf = ({ events }: Reader) => events.map(({ name, id, data }) => [name, id, data]);

describe('each reader', () => {
  it('gets the whole world first, then the same changes as all others, and no event without a change', async () => {
    const first = await Reader.open(await tokenOf());
    await until('the first has the world', () => first.events.length === 1);
    expect(first.answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(first.answer.headers.get('x-accel-buffering')).toBe('no');
    await pollCentre();
    api.fleet.nodes = [fleetNode({ id: 'sfu-1', city: 'Frankfurt', cpu: 0.7 })];
    await pollCentre();
    const second = await Reader.open(await tokenOf());
    api.fleet.nodes = [fleetNode({ id: 'sfu-2', city: 'London' })];
    await pollCentre();
    await until('both have the last change', () => first.events.length === 3 && second.events.length === 2);
    expect(first.events.map(({ name, data }) => [name, data.seq, data.sites.map(({ site }) => site)])).toEqual([
      ['world', 1, ['eu/Frankfurt']],
      ['change', 2, ['eu/Frankfurt']],
      ['change', 3, ['eu/London']],
    ]);
    expect(second.events[0]).toMatchObject({ name: 'world', id: '2', data: { sites: [{ load: 0.7 }] } });
    expect(eventsOf(second)[1]).toEqual(eventsOf(first)[2]);
  });

  it('hears a comment every 15 s', async () => {
    const reader = await Reader.open(await tokenOf());
    for (let at = 0; at < 8; at += 1) await pollCentre();
    await until('there is a comment', () => reader.comments === 1);
  });

  it('that has left costs no more work', async () => {
    const reader = await Reader.open(await tokenOf());
    await until('it has the world', () => reader.events.length === 1);
    reader.leave();
    await until('its stream is gone', () => api.feed.size === 0);
    const { length } = api.fleet.requests;
    api.clock.advance(10_000);
    expect(api.fleet.requests).toHaveLength(length);
  });
});

it('a reader whose token has ended is disconnected at the next check of proofs, and the others stay', async () => {
  const shortLived = await Reader.open(
    await api.token(
      { scope: 'operator', exp: Math.floor((api.clock.wallMs() + 40_000 - limits.clockLeewayMs) / 1000) },
      operatorKey,
    ),
  );
  const longLived = await Reader.open(await tokenOf());
  const passTurns = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 1) {
      const had = longLived.events.length;
      api.fleet.nodes = [fleetNode({ id: 'sfu-1', city: `City ${had}` })];
      await pollCentre();
      await until('it is read', () => longLived.events.length > had);
    }
  };
  await until('it has the world', () => longLived.events.length === 1);
  await passTurns(17);
  expect([shortLived.isOver, api.cuts]).toEqual([false, []]);
  await passTurns(14);
  await until('it is over', () => shortLived.isOver);
  expect([longLived.isOver, api.cuts, api.feed.size]).toEqual([false, ['refused'], 1]);
});

it('a reader that does not read is cut, and its neighbour gets everything', async () => {
  const reader = await Reader.open(await tokenOf());
  const token = await tokenOf();
  const silentSocket = connect({ port, host: '127.0.0.1' });
  await once(silentSocket, 'connect');
  silentSocket.pause();
  silentSocket.on('error', () => undefined);
  silentSocket.write(`GET /api/v1/console/world/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`);
  await until('both watch', () => api.feed.size === 2);
  let turns = 0;
  // Each update sends a megabyte, until the kernel's buffer for the reader is full.
  while (api.cuts.length === 0 && turns < 40) {
    turns += 1;
    const cpu = (turns % 2) / 2;
    api.fleet.nodes = Array.from({ length: 50 }, (_, at) =>
      fleetNode({ id: `sfu-${at}`, city: `${at}`.padEnd(10_000, ' '), cpu }),
    );
    await pollCentre();
    await until('the other has it', () => reader.events.length === turns + 1);
  }
  expect(api.cuts).toEqual(['slow']);
  await until('it is gone', () => api.feed.size === 1);
  expect(reader.isOver).toBe(false);
}, 30_000);

it('a reader beyond the limit of an instance is refused with a code, and admitted when another leaves', async () => {
  const token = await tokenOf();
  const first = await Reader.open(token);
  for (let at = 1; at < STREAMS_MAX; at += 1) await Reader.open(token);
  const refused = await Reader.open(token);
  expect([refused.answer.status, refused.answer.headers.get('retry-after')]).toEqual([503, '5']);
  first.leave();
  await until('there is a place', () => api.feed.size === STREAMS_MAX - 1);
  expect((await Reader.open(token)).answer.status).toBe(200);
});

it('streams end whole when the service closes', async () => {
  const reader = await Reader.open(await tokenOf());
  await until('it has the world', () => reader.events.length === 1);
  await api.app.close();
  await until('it is over', () => reader.isOver);
  expect(api.feed.size).toBe(0);
});
