import { describe, expect, test } from 'vitest';
import { type ControlLink, MeridianError, NodeAgent, note, rpc, wire } from '../../src/index.ts';

type Handler = (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Makes a node between centres: each centre answers as the test sets, timers fire by hand. */
function harness(o: { follows?: (url: string, newEpoch: number) => boolean } = {}) {
  const timers: { ms: number; fn: () => void; on: boolean }[] = [];
  const plans: string[] = [];
  const drains: boolean[] = [];
  const agent = new NodeAgent({
    describe: () => ({ nodeId: 'sfu-1', kind: 'sfu', incarnation: 'i1' }),
    load: () => ({}),
    rooms: () => [],
    onPlan: (plan) => plans.push(`${plan.centreIncarnation}/${plan.version}`),
    onDrain: (on) => drains.push(on),
    every: (ms, fn) => {
      const timer = { ms, fn, on: true };
      timers.push(timer);
      return {
        cancel: () => {
          timer.on = false;
        },
      };
    },
    ...(o.follows === undefined
      ? {}
      : { centres: { leaderIs: (url, newEpoch = 0) => o.follows?.(url, newEpoch) === true } }),
  });
  const registers: wire.Register[] = [];
  /** `epoch` undefined: the centre does not lead. */
  const centre = (name: string, epoch: number | undefined, leaderUrl = '', leaderEpoch = 0) => {
    const state = { epoch, asked: 0 };
    const handlers = new Map<number, Handler>();
    const hearers = new Map<number, (payload: Uint8Array) => void>();
    const link: ControlLink = {
      request: async (type, payload) => {
        const centreEpoch = state.epoch ?? leaderEpoch;
        if (type === rpc.leader.number) {
          state.asked += 1;
          const leading = state.epoch !== undefined;
          return wire.Leader.encode({ leading, centreEpoch, url: leading ? '' : leaderUrl, spreadMs: 0 }).finish();
        }
        if (state.epoch === undefined) throw new MeridianError('NOT_LEADER');
        registers.push(wire.Register.decode(payload));
        const plan = { version: 1, centreIncarnation: name, centreEpoch };
        return wire.Registered.encode({ centreIncarnation: name, reportIntervalMs: 1000, plan, centreEpoch }).finish();
      },
      send: () => true,
      onRequest: (type, handler) => void handlers.set(type, handler),
      onMessage: (type, handler) => void hearers.set(type, handler),
    };
    const tell = (): void => hearers.get(note.leading.number)?.(wire.Leader.encode({ leading: true }).finish());
    const plan = (version: number, centreEpoch: number, centreIncarnation = name): void =>
      hearers.get(note.plan.number)?.(wire.Plan.encode({ version, centreEpoch, centreIncarnation }).finish());
    const drain = async (): Promise<unknown> =>
      handlers.get(rpc.drain.number)?.(wire.Drain.encode({ on: true, reason: '' }).finish());
    return { link, state, tell, plan, drain };
  };
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const fire = (): void => {
    for (const timer of timers.filter(({ on, ms }) => on && ms === 1000).slice(-1)) timer.fn();
  };
  return { agent, centre, plans, drains, registers, settle, fire };
}

describe('a node whose centre does not lead', () => {
  test('waits on its link and registers when the centre begins to lead', async () => {
    const h = harness();
    const standby = h.centre('B', undefined);
    h.agent.attach(standby.link);
    const registered = h.agent.register();
    await h.settle();
    expect([h.agent.state, h.registers.length, standby.state.asked]).toEqual(['registering', 0, 1]);
    standby.state.epoch = 8;
    standby.tell();
    await registered;
    expect([h.agent.state, h.plans]).toEqual(['serving', ['B/1']]);
  });

  test('asks again after a moment when no note comes', async () => {
    const h = harness();
    const standby = h.centre('B', undefined);
    h.agent.attach(standby.link);
    const registered = h.agent.register();
    await h.settle();
    standby.state.epoch = 8;
    h.fire();
    await registered;
    expect(h.agent.state).toBe('serving');
  });

  test('gives up the link when a leader is named that can be dialled', async () => {
    const named: [string, number][] = [];
    const h = harness({ follows: (url, newEpoch) => named.push([url, newEpoch]) > 0 });
    h.agent.attach(h.centre('B', undefined, 'wss://a:1', 8).link);
    await expect(h.agent.register()).rejects.toMatchObject({ code: 'NOT_LEADER' });
    expect(named).toEqual([['wss://a:1', 0]]); // a node that has obeyed no centre has seen no term end
  });

  test('stays when the named leader cannot be dialled, and stops waiting when the link is gone', async () => {
    const h = harness({ follows: () => false });
    h.agent.attach(h.centre('B', undefined, 'wss://a:1').link);
    const registered = h.agent.register();
    await h.settle();
    h.agent.lost();
    await registered;
    expect([h.agent.state, h.registers.length]).toEqual(['disconnected', 0]);
  });
});

describe('a node that has obeyed a centre', () => {
  async function obedient() {
    const h = harness();
    const leader = h.centre('A', 7);
    h.agent.attach(leader.link);
    await h.agent.register();
    return { ...h, leader };
  }

  test.each([
    { what: 'the term that it has obeyed', said: 7, newEpoch: 0 },
    { what: 'an earlier term', said: 6, newEpoch: 0 },
    { what: 'a new term', said: 8, newEpoch: 8 },
    { what: 'an unknown term', said: 0, newEpoch: 0 },
  ])('finds out whether a named leader leads a new term: $what', async ({ said, newEpoch }) => {
    const named: [string, number][] = [];
    const h = harness({ follows: (url, newEpoch) => named.push([url, newEpoch]) > 0 });
    h.agent.attach(h.centre('A', 7).link);
    await h.agent.register();
    h.agent.attach(h.centre('B', undefined, 'wss://a:1', said).link);
    await expect(h.agent.register()).rejects.toMatchObject({ code: 'NOT_LEADER' });
    expect(named).toEqual([['wss://a:1', newEpoch]]);
  });

  test('reports the epoch when it registers', async () => {
    const h = await obedient();
    h.agent.attach(h.centre('B', 8).link);
    await h.agent.register();
    expect(h.registers.map((register) => [register.centreEpoch, register.centreIncarnation])).toEqual([
      [0, ''],
      [7, 'A'],
    ]);
  });

  test.each([
    ['a lower epoch', 'B', 6],
    ['the same epoch of another centre', 'B', 7],
    ['no epoch', 'B', 0],
  ])('does not register under %s', async (_what, name, epoch) => {
    const h = await obedient();
    h.agent.attach(h.centre(name, epoch).link);
    await expect(h.agent.register()).rejects.toMatchObject({ code: 'EPOCH_STALE' });
    expect(h.plans).toEqual(['A/1']);
  });

  test('takes no plan under a lower epoch, takes one under a higher epoch, and then none under the earlier epoch', async () => {
    const h = await obedient();
    h.leader.plan(5, 6);
    h.leader.plan(5, 7, 'B');
    h.leader.plan(6, 9);
    h.leader.plan(7, 8);
    expect(h.plans).toEqual(['A/1', 'A/6']);
    expect([h.agent.obeys(8, 'A'), h.agent.obeys(9, 'B'), h.agent.obeys(9, 'A')]).toEqual([false, false, true]);
  });

  test('obeys no drain command on a link where it has not registered', async () => {
    const h = await obedient();
    const other = h.centre('B', undefined);
    h.agent.lost();
    h.agent.attach(other.link);
    await expect(other.drain()).rejects.toMatchObject({ code: 'NOT_REGISTERED' });
    expect(h.drains).toEqual([false]);
    h.agent.lost();
  });
});
