// Tests the move of a session at its signaling node: its table, and random histories with fake nodes and a fake owner.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MeridianError, rpc } from '@meridian/protocol';
import { ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import type { LocalSession } from '../../src/clients/context.ts';
import { SessionMove } from '../../src/clients/session-move.ts';
import { DataDeduplicator, sessionMoveTable } from '../../src/core/index.ts';
import { bounds } from '../../src/limits.ts';

const seeds = 400;
/** Adoption count, at the media node, of the connection whose session moves. */
const adoption = 3;
const order = {
  sessionId: 'PA_1',
  moveId: 'MV_1',
  fromNodeId: 'old',
  toNodeId: 'new',
  decisionId: '',
  reason: '',
};

describe('the table', () => {
  it('undoes a failure before the owner is informed, and none after', () => {
    const undoing = Object.entries(sessionMoveTable).flatMap(([state, events]) =>
      Object.entries(events).flatMap(([event, edge]) => (edge?.effects?.includes('undo') ? [`${state} ${event}`] : [])),
    );
    expect(undoing).toEqual([
      'attaching failed',
      'attaching cancelled',
      'asking failed',
      'asking cancelled',
      'settling failed',
      'settling cancelled',
      'informing failed',
    ]);
  });
  it('finishes a move on the edges to `done` and `failed` alone, once', () => {
    for (const events of Object.values(sessionMoveTable))
      for (const edge of Object.values(events)) {
        const ends = edge.next === 'done' || edge.next === 'failed';
        expect(edge.effects?.filter((effect) => effect === 'finish').length ?? 0).toBe(ends ? 1 : 0);
      }
  });
});

describe('data from two homes', () => {
  it('counts as new once for each time it was sent', () => {
    const deduplicator = new DataDeduplicator();
    const heard = ['a new', 'a old', 'a old', 'b old', 'a new', 'a new'].map((one) => {
      const [digest = '', nodeId = ''] = one.split(' ');
      return deduplicator.isNew(digest, nodeId);
    });
    expect(heard).toEqual([true, false, true, true, false, true]);
  });
  it('is forgotten beyond the bound, the oldest first', () => {
    const deduplicator = new DataDeduplicator();
    expect(deduplicator.isNew('first', 'a')).toBe(true);
    for (let n = 0; n < 1024; n += 1) deduplicator.isNew(`more ${n}`, 'a');
    expect(deduplicator.isNew('first', 'b')).toBe(true);
  });
});

/** States of the nodes and of the owner, as if every request had been carried out at once. */
class World {
  readonly homes = new Map<string, 'settled' | 'moving'>([['old', 'settled']]);
  /** Adoption counts of homes that were handed over since the move began. */
  readonly adoptions = new Map<string, number>();
  rosterNode: string | undefined = 'old';
  readonly log: string[] = [];
  readonly clock = new ManualClock();
  /** Answers under way: the history decides when each is given or refused. */
  readonly #waiting: { what: string; answer(fails: boolean): void }[] = [];
  nodeId = 'old';
  /** Subscribers pull tracks from the old node as long as this is true. */
  isServing = false;
  left = false;
  overs = 0;
  readonly move: SessionMove;

  constructor() {
    const world = this;
    const room = {
      roomKey: 't/r',
      ref: { roomKey: 't/r', ownerId: 'sig', epoch: 1 },
      epoch: 1,
      replica: {
        get: () => (world.rosterNode === undefined ? undefined : { tracks: [{ trackId: 'TR_1', muted: false }] }),
      },
      withOwner: (act: (port: object) => Promise<void>) =>
        act({
          moved: (_id: string, from: string, to: string) =>
            world.#asked(`moved ${from} ${to}`, () => world.#moved(from, to)),
        }),
    };
    const nodes = {
      call: (nodeId: string, kind: { number: number }, request: { adoption?: number; gently?: boolean }) => {
        if (request.gently === true && world.isServing) return world.#asked('let go', () => ({}));
        if (kind.number === rpc.detachSession.number) return world.#detach(nodeId, request.adoption);
        if (kind.number === rpc.settleSession.number)
          return world.#asked('settle', () => {
            if (!world.homes.has(nodeId)) throw new MeridianError('SESSION_UNKNOWN');
            world.homes.set(nodeId, 'settled');
            return { tracks: [{ trackId: 'TR_1', kind: 1, muted: false }] };
          });
        throw new Error(`unexpected request ${kind.number}`);
      },
    };
    const session = {
      sessionId: 'PA_1',
      adoption,
      room,
      context: {
        clock: this.clock,
        nodes,
        log: { debug: () => undefined },
        centre: { fleet: new Map() },
        turn: { serversFor: () => [] },
        sessions: { get: () => (world.left ? undefined : session) },
      },
      get nodeId() {
        return world.nodeId;
      },
      send: () => void world.log.push('informed the client'),
      sendMessage: (message: object) => void world.log.push(`said ${Object.keys(message)[0]}`),
    } as unknown as LocalSession;
    this.move = new SessionMove(order, {
      session,
      attach: () =>
        this.#asked('attach', () => {
          this.homes.set('new', 'moving');
          return { failed: [], subscriptions: [] };
        }) as Promise<never>,
      adopt: (nodeId) => {
        this.nodeId = nodeId;
      },
      onOver: () => {
        this.overs += 1;
      },
    });
    this.move.begin();
  }

  get waiting(): string[] {
    return this.#waiting.map(({ what }) => what);
  }
  async answer(index: number, fails: boolean): Promise<void> {
    const [one] = this.#waiting.splice(index, 1);
    this.log.push(`${one?.what} ${fails ? 'fails' : 'done'}`);
    one?.answer(fails);
    await nextTurn();
  }
  /** The client leaves: its home ends, and the roster forgets it, as the signaling node does when a session ends. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.log.push('leave');
    this.homes.delete(this.nodeId);
    this.rosterNode = undefined;
    this.move.cancel('SESSION_UNKNOWN');
  }

  #moved(from: string, to: string): void {
    if (this.rosterNode === undefined) throw new MeridianError('PARTICIPANT_UNKNOWN');
    if (this.rosterNode === to) return;
    if (this.rosterNode !== from) throw new MeridianError('OUT_OF_ORDER');
    this.rosterNode = to;
  }
  /** Ends a home unless it was adopted since, as a media node does. */
  #detach(nodeId: string, by: number | undefined): Promise<object> {
    if (by !== undefined && by < (this.adoptions.get(nodeId) ?? adoption))
      return Promise.reject(new MeridianError('NOT_PERMITTED'));
    this.log.push(`detach ${nodeId}`);
    this.homes.delete(nodeId);
    return Promise.resolve({});
  }
  #asked(what: string, carryOut: () => unknown): Promise<never> {
    return new Promise((resolve, reject) => {
      const answer = (fails: boolean): void => {
        try {
          if (fails) throw new MeridianError('NODE_UNREACHABLE');
          resolve(carryOut() as never);
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ what, answer });
    });
  }
}

async function runHistory(seed: number): Promise<World> {
  const rng = seededRng(String(seed));
  const world = new World();
  await nextTurn();
  const acts: (() => Promise<void> | void)[] = [
    () => world.move.published('TR_1'),
    () => ready(world, true),
    () => ready(world, rng.next() < 0.5),
    () => (rng.next() < 0.1 ? world.leave() : undefined),
    () => (rng.next() < 0.1 ? void world.move.nodeGone('new') : undefined),
    () => (rng.next() < 0.05 ? world.clock.advance(bounds.moveReadyMs) : undefined),
  ];
  for (let step = 0; step < 40; step += 1) {
    const count = world.waiting.length;
    if (count > 0 && rng.next() < 0.4) await world.answer(Math.floor(rng.next() * count), rng.next() < 0.15);
    else await acts[Math.floor(rng.next() * acts.length)]?.();
    await nextTurn();
  }
  world.clock.advance(bounds.moveReadyMs);
  while (world.waiting.length > 0) await world.answer(0, false);
  await nextTurn();
  return world;
}
function ready(world: World, ok: boolean): void {
  try {
    world.move.ready({ moveId: 'MV_1', ok, code: ok ? '' : 'MEDIA_FAILED' });
  } catch (error) {
    expect((error as MeridianError).code).toBe('OUT_OF_ORDER');
  }
}

/** Returns a move whose owner has been informed and has not answered yet. */
async function informingMove(): Promise<World> {
  const world = new World();
  await world.answer(0, false);
  world.move.published('TR_1');
  ready(world, true);
  await world.answer(0, false);
  expect(world.waiting).toEqual(['moved old new']);
  return world;
}

describe('a move that was given up before the owner answered', () => {
  it.each([false, true])('ends no home that another connection has adopted meanwhile (refused: %s)', async (fails) => {
    const world = await informingMove();
    world.left = true; // the other connection is not the session's holder before the owner's answer
    world.move.cancel('SESSION_UNKNOWN');
    for (const nodeId of world.homes.keys()) world.adoptions.set(nodeId, adoption + 1);
    await world.answer(0, fails);
    expect([...world.homes.keys()]).toEqual(['old', 'new']);
  });
  it.each([
    [false, 'new'],
    [true, 'old'],
  ])('ends the obsolete home (refused: %s) when no signaling node has adopted it', async (fails, left) => {
    const world = await informingMove();
    world.left = true;
    world.move.cancel('SESSION_UNKNOWN');
    await world.answer(0, fails);
    expect([...world.homes.keys()]).toEqual([left]);
  });
});

it.each([
  ['SHUTTING_DOWN', ['old', 'new']],
  ['SESSION_UNKNOWN', ['new']],
] as const)('a completed move that ends here with %s leaves the homes %s', async (code, homes) => {
  const world = await informingMove();
  world.isServing = true;
  await world.answer(0, false);
  expect([world.move.state, world.waiting]).toEqual(['leaving', ['let go']]);
  world.move.cancel(code);
  expect([world.move.state, [...world.homes.keys()]]).toEqual(['done', homes]);
  await world.answer(0, true); // its link to the media node ends
  expect([[...world.homes.keys()], world.overs]).toEqual([homes, 1]);
});

describe('in any order of events', () => {
  it(`the session ends at a single node, the roster names this node, and the move is over once (${seeds} histories)`, async () => {
    const ends = { done: 0, failed: 0, left: 0 };
    for (let seed = 1; seed <= seeds; seed += 1) {
      const world = await runHistory(seed);
      const at = `seed ${seed}: ${world.log.join(', ')}`;
      expect([world.overs, world.move.otherNodeId], at).toEqual([1, undefined]);
      const outcome = await world.move.completed.then(
        () => 'done' as const,
        () => 'failed' as const,
      );
      expect(outcome, at).toBe(world.move.state);
      ends[world.left ? 'left' : outcome] += 1;
      const home = world.left ? [] : [[outcome === 'done' ? 'new' : 'old', 'settled']];
      expect([...world.homes], at).toEqual(home);
      if (!world.left) expect([world.rosterNode, world.nodeId], at).toEqual([home[0]?.[0], home[0]?.[0]]);
    }
    for (const count of Object.values(ends)) expect(count, JSON.stringify(ends)).toBeGreaterThan(seeds / 50);
  });
});
