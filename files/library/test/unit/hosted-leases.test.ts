// Leases of hosted receivers: which of them a node runs, until when, and how many at once.
import type { ContentFolder, FetchedFile, Notice, OwnedReceipt, PollAnswer, Sink } from '@meridian/distribution';
import type { Holder, Hub, InboxId, Recorded } from '@meridian/distribution/streams';
import { ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { collectingLog } from '../../../../base/runtime/test/support/log.ts';
import { noticeOf, sha } from '../../../distribution/test/support/streamed.ts';
import { Hosted, type HostedOptions, type HostedReceiver } from '../../src/distribution/hosted.ts';
import { TRANSFERS_PER_TENANT_MAX } from '../../src/distribution/transfer-places.ts';

type Said = { receiver: string; tenant: string; kind: string; settings: string; version: number };
const hostedReceiver = (receiver: string, change: Partial<Said> = {}): Said =>
  Object.assign({ receiver, tenant: 'acme', kind: 's3', settings: '{}', version: 1 }, change);
const hub = (id: string, region = 'fra'): Hub => ({ id, region, publicUrl: `https://${id}` });
const LEASE_EVERY_MS = 5000;

/** Lets all pending work run without advancing the clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 25; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

class ScriptedPort {
  readonly leases = new Map<string, string>();
  readonly recorded: OwnedReceipt[] = [];
  readonly holders: (Holder & { content: string })[] = [];
  /** Receivers for which the lease call fails. */
  readonly broken = new Set<string>();

  async lease({ receiver }: InboxId, id: string): Promise<boolean> {
    if (this.broken.has(receiver)) throw new Error('the port is broken');
    const holder = this.leases.get(receiver) ?? id;
    this.leases.set(receiver, holder);
    return holder === id;
  }
  async release({ receiver }: InboxId, id: string): Promise<void> {
    if (this.leases.get(receiver) === id) this.leases.delete(receiver);
  }
  async record(receipts: readonly OwnedReceipt[]): Promise<Recorded[]> {
    this.recorded.push(...receipts);
    return receipts.map(({ delivery }) => ({ delivery, notice: undefined }));
  }
  async addHolder(content: string, holder: Holder): Promise<void> {
    this.holders.push(Object.assign({ content }, holder));
  }
}

/** Polls that wait until the test gives a notice. */
class ScriptedPolls {
  readonly waiting = new Map<string, (answer: PollAnswer) => void>();
  /** `handed` of the latest poll. */
  handed = 0;

  poll({ receiver }: InboxId, _poll: unknown, signal: AbortSignal, handed: number): Promise<PollAnswer> {
    this.handed = handed;
    return new Promise((resolve) => {
      this.waiting.set(receiver, resolve);
      signal.addEventListener('abort', () => {
        if (this.waiting.get(receiver) === resolve) this.waiting.delete(receiver);
        resolve({ notices: [], gone: [], hubs: [] });
      });
    });
  }
  async give(...notices: Notice[]): Promise<void> {
    for (const notice of notices) this.waiting.get(notice.receiver)?.({ notices: [notice], gone: [], hubs: [] });
    await settle();
  }
}

class ScriptedFolder {
  readonly fetching = new Map<string, () => void>();
  readonly freeBytes = 1;

  fetch({ content, bytes }: { content: string; bytes: number }): Promise<object> {
    return new Promise((resolve) => {
      this.fetching.set(content, () => {
        this.fetching.delete(content);
        resolve({ path: '/file', bytes, fromNeighbours: 0 });
      });
    });
  }
  hold = (): Promise<void> => Promise.resolve();
  release = (): Promise<void> => Promise.resolve();
}

function setUp() {
  const clock = new ManualClock();
  const port = new ScriptedPort();
  const polls = new ScriptedPolls();
  const folder = new ScriptedFolder();
  const { log, lines } = collectingLog();
  const sinks: string[] = [];
  const world = { receivers: [] as Said[] | undefined, hubs: [hub('lib-1')] as Hub[] | undefined, refused: '' };
  const makeSink = ({ id, kind, version, settings }: HostedReceiver): Sink => {
    if (id === world.refused) throw new Error(`no such settings: ${JSON.stringify(settings)}`);
    sinks.push(`+${id} ${version}`);
    return {
      needsBytes: kind !== 'pull',
      take: async ({ notice: { bytes } }: FetchedFile) =>
        kind === 'pull' ? undefined : { sha256: sha, bytes, proof: 'read' as const },
      close: async () => void sinks.push(`-${id} ${version}`),
    };
  };
  const ended: string[] = [];
  const hosted = new Hosted({
    api: {
      call: async () => {
        if (world.receivers === undefined) throw new Error('the api is away');
        return { receivers: world.receivers, more: false };
      },
    },
    port,
    polls,
    surroundings: {
      self: hub('lib-1'),
      async hubs() {
        if (world.hubs === undefined) throw new Error('the port is broken');
        return world.hubs;
      },
      candidatesFor: async () => ({ self: hub('lib-1'), hubs: [], holders: [], origins: [], content: '', fence: '' }),
    },
    folder: folder as unknown as ContentFolder,
    clock,
    log,
    makeSink,
    onEnded: (code: string) => void ended.push(code),
  } as unknown as HostedOptions);
  const turn = async (): Promise<void> => {
    clock.advance(LEASE_EVERY_MS);
    await settle();
  };
  const errors = () => lines.filter(({ level }) => level === 'error');
  return { hosted, world, port, polls, folder, clock, sinks, ended, turn, errors };
}

describe('a node', () => {
  it('runs its share of the receivers that no other node runs, until it closes', async () => {
    const { hosted, world, port, sinks, polls, turn } = setUp();
    world.hubs = [hub('lib-1'), hub('lib-2'), hub('lib-9', 'sgp')];
    world.receivers = Array.from({ length: 6 }, (_, at) => hostedReceiver(`RC_${at}`));
    world.receivers.push(hostedReceiver('RC_x', { kind: 'carrier pigeon' }));
    port.leases.set('RC_0', 'lib-2');
    await hosted.refresh();
    const mine = ['RC_1', 'RC_2', 'RC_3', 'RC_4'];
    expect([hosted.size, [...polls.waiting.keys()]]).toEqual([4, mine]);
    port.leases.delete('RC_0');
    await turn();
    expect(hosted.size).toBe(4);
    world.hubs = [hub('lib-1')];
    await turn();
    expect(hosted.size).toBe(6);
    await Promise.all([hosted.close(), hosted.close()]);
    expect([hosted.size, port.leases.size, polls.waiting.size]).toEqual([0, 0, 0]);
    expect(sinks.filter((one) => one.startsWith('-'))).toHaveLength(6);
    await turn();
    await hosted.updateLeases();
    expect(hosted.size).toBe(0);
  });

  it('stops a receiver when another node has the lease, and does not release that lease', async () => {
    const { hosted, world, port, polls, sinks, turn } = setUp();
    world.receivers = [hostedReceiver('RC_1'), hostedReceiver('RC_2')];
    await hosted.refresh();
    port.leases.set('RC_1', 'lib-2');
    await turn();
    expect([[...polls.waiting.keys()], sinks]).toEqual([['RC_2'], ['+RC_1 1', '+RC_2 1', '-RC_1 1']]);
    expect(port.leases.get('RC_1')).toBe('lib-2');
    port.leases.delete('RC_1');
    await turn();
    expect(hosted.size).toBe(2);
    await hosted.close();
  });

  it('restarts a receiver with new settings, and stops a removed receiver', async () => {
    const { hosted, world, port, sinks } = setUp();
    world.receivers = [hostedReceiver('RC_1'), hostedReceiver('RC_2')];
    await hosted.refresh();
    world.receivers = [hostedReceiver('RC_1', { version: 2 })];
    await hosted.refresh();
    expect(sinks).toEqual(['+RC_1 1', '+RC_2 1', '-RC_1 1', '-RC_2 1', '+RC_1 2']);
    expect([...port.leases.keys()]).toEqual(['RC_1']);
    await hosted.close();
  });

  it('reports unusable settings once, until they change', async () => {
    const { hosted, world, port, turn, errors } = setUp();
    world.receivers = [hostedReceiver('RC_1'), hostedReceiver('RC_2')];
    world.refused = 'RC_1';
    await hosted.refresh();
    await turn();
    await turn();
    expect([errors().length, hosted.size, port.leases.has('RC_1')]).toEqual([1, 1, false]);
    world.receivers = [hostedReceiver('RC_1', { version: 2 }), hostedReceiver('RC_2')];
    await hosted.refresh();
    expect(errors()).toHaveLength(2);
    world.refused = '';
    world.receivers = [hostedReceiver('RC_1', { version: 3 }), hostedReceiver('RC_2')];
    await hosted.refresh();
    expect([errors().length, hosted.size]).toEqual([2, 2]);
    await hosted.close();
  });

  it('continues when the port rejects once, and keeps its other receivers meanwhile', async () => {
    const { hosted, world, port, turn, errors } = setUp();
    world.receivers = [hostedReceiver('RC_1'), hostedReceiver('RC_2'), hostedReceiver('RC_3')];
    port.broken.add('RC_1');
    await hosted.refresh();
    expect([hosted.size, errors().length]).toEqual([2, 1]);
    port.broken.add('RC_2');
    world.hubs = undefined;
    await turn();
    expect(hosted.size).toBe(2);
    port.broken.clear();
    world.hubs = [hub('lib-1')];
    await turn();
    expect(hosted.size).toBe(3);
    await hosted.close();
  });

  it('keeps the known receivers while no api answers', async () => {
    const { hosted, world, clock } = setUp();
    world.receivers = [hostedReceiver('RC_1')];
    await hosted.refresh();
    world.receivers = undefined;
    clock.advance(30_000);
    await settle();
    expect(hosted.size).toBe(1);
    await hosted.close();
  });
});

it('a content received by a region is announced there; a content received by a third party is not announced', async () => {
  const { hosted, world, port, polls, folder, clock, ended } = setUp();
  world.receivers = [hostedReceiver('RC_1', { kind: 'region' }), hostedReceiver('RC_2', { tenant: 'globex' })];
  await hosted.refresh();
  const tokenEndsMs = clock.wallMs() + 1_000_000;
  await polls.give(
    noticeOf({ receiver: 'RC_1', content: 'up_1', delivery: 'DL_0001', tokenEndsMs }),
    noticeOf({ receiver: 'RC_2', content: 'up_2', delivery: 'DL_0002', tokenEndsMs, tenant: 'globex' }),
  );
  for (const end of folder.fetching.values()) end();
  await settle();
  clock.advance(50); // receipts are gathered for this time
  await settle();
  expect(ended).toEqual(['', '']);
  const recorded = port.recorded.map(({ tenant, receiver, delivery }) => `${tenant} ${receiver} ${delivery}`);
  expect(recorded.toSorted()).toEqual(['acme RC_1 DL_0001', 'globex RC_2 DL_0002']);
  expect(port.holders).toEqual([
    { content: 'up_1', id: 'lib-1', kind: 'library', base: 'https://lib-1', region: 'fra', site: '', tenant: 'acme' },
  ]);
  await hosted.close();
});

it('a delivery that a platform confirms later takes no place at the channels', async () => {
  const { hosted, world, port, polls, clock } = setUp();
  world.receivers = [hostedReceiver('RC_1', { kind: 'pull' })];
  await hosted.refresh();
  await polls.give(noticeOf({ receiver: 'RC_1', tokenEndsMs: clock.wallMs() + 1_000_000 }));
  polls.waiting.get('RC_1')?.({ notices: [], gone: [], hubs: [] });
  await settle();
  expect([polls.handed, port.recorded]).toEqual([1, []]);
  await hosted.close();
});

it('files of all receivers share a bound, and an urgent file does not wait', async () => {
  const { hosted, world, polls, folder, clock } = setUp();
  const count = TRANSFERS_PER_TENANT_MAX + 4;
  world.receivers = Array.from({ length: count }, (_, at) => hostedReceiver(`RC_${at}`));
  await hosted.refresh();
  const tokenEndsMs = clock.wallMs() + 1_000_000;
  const of = (at: number, change: Partial<Notice> = {}): Notice =>
    noticeOf(
      Object.assign({ receiver: `RC_${at}`, content: `up_${at}`, delivery: `DL_${at}000`, tokenEndsMs }, change),
    );
  await polls.give(...Array.from({ length: count }, (_, at) => of(at)));
  expect(folder.fetching.size).toBe(TRANSFERS_PER_TENANT_MAX);
  await polls.give(of(0, { content: 'up_soon', delivery: 'DL_soon', priority: 'urgent' }));
  expect(folder.fetching.has('up_soon')).toBe(true);
  const [first] = folder.fetching.values();
  first?.();
  await settle();
  expect(folder.fetching.has(`up_${TRANSFERS_PER_TENANT_MAX}`)).toBe(true);
  const closed = hosted.close();
  for (const end of folder.fetching.values()) end();
  await closed;
});
