import { describe, expect, it } from 'vitest';
import { type AgentPorts, type ControlLink, digestOf, NodeAgent, note, rpc, wire } from '../../src/index.ts';

type Handler = (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array;

function harness() {
  const rooms: wire.RoomHeld.$Properties[] = [
    { roomKey: 'dev/a', epoch: 1, ownerId: 'sig-fra', sessionIds: ['PA_1'], decisionIds: ['DE_1'] },
  ];
  const said: string[] = [];
  const nodes: wire.NodeRef.$Properties[][] = [];
  const paths: wire.PairPath.$Properties[][] = [];
  const trusted = { authorities: ['A'] };
  let tick: (() => void) | undefined;
  let cancelled = 0;
  const ports: AgentPorts = {
    describe: () => ({ nodeId: 'sfu-1', kind: 'sfu', incarnation: 'i1' }),
    load: () => ({ cpu: 0.5 }),
    rooms: () => rooms,
    authorities: () => trusted.authorities,
    onPlan: (plan) => {
      said.push(`plan ${plan.centreIncarnation}/${plan.version}`);
      nodes.push(plan.nodes);
      paths.push(plan.paths);
    },
    onDrain: (on) => said.push(`drain ${on}`),
    onState: (state) => said.push(state),
    every: (_periodMs, fn) => {
      tick = fn;
      return { cancel: () => (cancelled += 1) };
    },
  };
  const agent = new NodeAgent(ports);
  const reports: wire.Report[] = [];
  const registers: wire.Register[] = [];
  let room = true;
  const centre = (incarnation: string, planVersion: number, o: { draining?: boolean } = {}) => {
    const handlers = new Map<number, Handler>();
    const hearers = new Map<number, (payload: Uint8Array) => void>();
    const link: ControlLink = {
      request: async (type, payload) => {
        expect(type).toBe(rpc.register.number);
        registers.push(wire.Register.decode(payload));
        return wire.Registered.encode({
          centreIncarnation: incarnation,
          reportIntervalMs: 1000,
          draining: o.draining ?? false,
          plan: { version: planVersion, centreIncarnation: incarnation },
        }).finish();
      },
      send: (type, payload) => {
        expect(type).toBe(note.report.number);
        if (room) reports.push(wire.Report.decode(payload));
        return room;
      },
      onRequest: (type, handler) => void handlers.set(type, handler),
      onMessage: (type, handler) => void hearers.set(type, handler),
    };
    return { link, handlers, hearers };
  };
  return {
    agent,
    rooms,
    trusted,
    said,
    nodes,
    paths,
    reports,
    registers,
    centre,
    tick: () => tick?.(),
    cancelled: () => cancelled,
    block: (on: boolean) => (room = !on),
  };
}

describe('the node agent', () => {
  it('registers with everything it holds, then reports only what changed', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    expect(h.registers[0]?.rooms?.[0]?.sessionIds).toEqual(['PA_1']);
    h.tick();
    expect(h.reports[0]).toMatchObject({
      seq: 1,
      sessionCount: 1,
      sessionHash: digestOf(['PA_1']),
      roomsChanged: [],
      roomsGone: [],
    });
    h.rooms[0] = { ...h.rooms[0], sessionIds: ['PA_1', 'PA_2'] };
    h.agent.confirm('DE_2');
    h.tick();
    expect(h.reports[1]?.roomsChanged?.[0]?.sessionIds).toEqual(['PA_1', 'PA_2']);
    expect(h.reports[1]?.confirmedDecisionIds).toEqual(['DE_2']);
    h.rooms.pop();
    h.tick();
    expect(h.reports[2]).toMatchObject({ roomsGone: ['dev/a'], sessionCount: 0, confirmedDecisionIds: [] });
  });

  it('announces the end of its process at once, in every report and after every registration, whatever is ordered', async () => {
    const h = harness();
    h.agent.leave('before there was a link');
    expect(h.reports).toEqual([]);
    const { link, handlers } = h.centre('c1', 1);
    h.agent.attach(link);
    await h.agent.register();
    const lift = wire.Drain.encode({ on: false, reason: 'uncordoned' }).finish();
    await handlers.get(rpc.drain.number)?.(lift);
    h.tick();
    h.agent.leave('again');
    h.agent.lost();
    h.agent.attach(h.centre('c2', 1).link);
    await h.agent.register();
    expect(h.reports.map(({ leaving, state }) => `${state} ${leaving}`)).toEqual(Array(3).fill('draining true'));
    expect(h.said.filter((word) => word.startsWith('drain '))).toEqual(['drain true']);
    expect(h.agent.state).toBe('draining');
  });

  it('reports the end at once when it has registered before', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    h.tick();
    h.agent.leave('the host is updated');
    expect(h.reports.map(({ leaving, state }) => `${state} ${leaving}`)).toEqual(['serving false', 'draining true']);
    expect(h.said.at(-1)).toBe('drain true');
  });

  it('treats a room that is the same object as unchanged, and does not report an equal room again', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    let readings = 0;
    const sessionIds = ['PA_1', 'PA_2'];
    const read = (): string[] => {
      readings += 1;
      return sessionIds;
    };
    h.rooms[0] = { roomKey: 'dev/a', epoch: 1, ownerId: 'sig-fra', decisionIds: ['DE_1'] };
    Object.defineProperty(h.rooms[0], 'sessionIds', { get: read, enumerable: true });
    h.tick();
    const readingsBefore = readings;
    h.tick();
    // The number of readings is counted each time.
    expect(readings - readingsBefore).toBe(1);
    h.rooms[0] = { ...h.rooms[0], sessionIds: [...sessionIds] };
    h.tick();
    const said = { sessionCount: 2, sessionHash: digestOf(sessionIds) };
    expect(h.reports.map(({ roomsChanged }) => roomsChanged?.length)).toEqual([1, 0, 0]);
    expect(h.reports).toMatchObject([said, said, said]);
  });

  it('repeats in the next report the changes that back-pressure swallowed', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    h.rooms.pop();
    h.agent.confirm('DE_9');
    h.block(true);
    h.tick();
    h.block(false);
    h.tick();
    expect(h.reports).toHaveLength(1);
    expect(h.reports[0]).toMatchObject({ seq: 1, roomsGone: ['dev/a'], confirmedDecisionIds: ['DE_9'] });
  });

  it('takes a plan once, and again from a restarted centre whose versions begin anew', async () => {
    const h = harness();
    const first = h.centre('c1', 7);
    h.agent.attach(first.link);
    await h.agent.register();
    first.hearers.get(note.plan.number)?.(wire.Plan.encode({ version: 7, centreIncarnation: 'c1' }).finish());
    first.hearers.get(note.plan.number)?.(wire.Plan.encode({ version: 8, centreIncarnation: 'c1' }).finish());
    h.agent.lost();
    h.agent.attach(h.centre('c2', 1).link);
    await h.agent.register();
    expect(h.said.filter((line) => line.startsWith('plan'))).toEqual(['plan c1/7', 'plan c1/8', 'plan c2/1']);
    expect(h.registers).toHaveLength(2);
  });

  it('merges the changes of a plan into its nodes, and passes all of them on', async () => {
    const h = harness();
    const first = h.centre('c1', 7);
    h.agent.attach(first.link);
    await h.agent.register();
    expect(h.registers[0]?.planDeltas).toBe(true);
    const hear = (plan: wire.Plan.$Properties) =>
      first.hearers.get(note.plan.number)?.(wire.Plan.encode({ centreIncarnation: 'c1', ...plan }).finish());
    hear({ version: 8, since: 7, nodes: [{ nodeId: 'a' }, { nodeId: 'b', state: 'alive' }] });
    hear({ version: 9, since: 8, nodes: [{ nodeId: 'b', state: 'dead' }, { nodeId: 'c' }], goneNodeIds: ['a'] });
    hear({ version: 9, since: 8, nodes: [{ nodeId: 'x' }] }); // a repeated change
    expect(h.nodes.map((nodes) => nodes.map(({ nodeId, state }) => `${nodeId} ${state}`))).toEqual([
      [],
      ['a ', 'b alive'],
      ['b dead', 'c '],
    ]);
    hear({ version: 12, nodes: [{ nodeId: 'd' }] }); // the whole plan
    expect(h.nodes.at(-1)?.map(({ nodeId }) => nodeId)).toEqual(['d']);
  });

  it('merges changes of paths as well, and takes paths as the whole from a centre that does not mark changes', async () => {
    const h = harness();
    const first = h.centre('c1', 7);
    h.agent.attach(first.link);
    await h.agent.register();
    expect(h.registers[0]?.pathDeltas).toBe(true);
    const hear = (plan: wire.Plan.$Properties) => {
      first.hearers.get(note.plan.number)?.(wire.Plan.encode({ centreIncarnation: 'c1', ...plan }).finish());
      return h.paths.at(-1)?.map(({ a, b, delayMs }) => `${a}-${b} ${delayMs}`);
    };
    const [ab, ac] = [
      { a: 'a', b: 'b', delayMs: 5 },
      { a: 'a', b: 'c', delayMs: 6 },
    ];
    expect(hear({ version: 8, since: 7, paths: [ab, ac] })).toEqual(['a-b 5', 'a-c 6']);
    const changes = { pathChanges: true, paths: [{ ...ab, delayMs: 9 }], gonePaths: [{ a: 'a', b: 'c' }] };
    expect(hear({ version: 9, since: 8, ...changes })).toEqual(['a-b 9']);
    expect(hear({ version: 10, since: 9, pathChanges: true })).toEqual(['a-b 9']);
    expect(hear({ version: 11, since: 10, paths: [ac] })).toEqual(['a-c 6']);
    expect(hear({ version: 12, pathChanges: true, paths: [ab] })).toEqual(['a-b 5']); // all nodes: all paths
  });

  it('reports its trusted authorities when it registers, and after a change until the report is sent', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    expect(h.registers[0]?.authorities).toEqual(['A']);
    h.tick();
    h.trusted.authorities = ['A', 'B'];
    h.block(true);
    h.tick();
    h.block(false);
    h.tick();
    h.tick();
    expect(h.reports.map(({ authorities }) => authorities)).toEqual([[], ['A', 'B'], []]);
    h.agent.lost();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    expect(h.registers[1]?.authorities).toEqual(['A', 'B']);
  });

  it('requests the whole plan in its next reports after it missed a change, and takes no change that follows the missed one', async () => {
    const h = harness();
    const first = h.centre('c1', 7);
    h.agent.attach(first.link);
    await h.agent.register();
    const hear = (plan: wire.Plan.$Properties) =>
      first.hearers.get(note.plan.number)?.(wire.Plan.encode(plan).finish());
    h.tick();
    hear({ version: 10, since: 9, centreIncarnation: 'c1', nodes: [{ nodeId: 'a' }] });
    hear({ version: 10, since: 7, centreIncarnation: 'c0', nodes: [{ nodeId: 'a' }] }); // from another centre
    h.tick();
    expect(h.nodes).toEqual([[]]);
    hear({ version: 10, centreIncarnation: 'c1', nodes: [{ nodeId: 'a' }, { nodeId: 'b' }] });
    h.tick();
    expect(h.reports.map(({ planWanted }) => planWanted)).toEqual([false, true, false]);
    expect(h.nodes.at(-1)?.map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
  });

  it('registers with everything it holds at a restarted centre, including earlier reports', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 7).link);
    await h.agent.register();
    h.rooms.push({ roomKey: 'dev/b', epoch: 2, ownerId: 'sig-sgp', sessionIds: ['PA_2'], decisionIds: ['DE_2'] });
    h.tick();
    h.agent.lost();
    h.agent.attach(h.centre('c2', 1).link);
    await h.agent.register();
    const held = (h.registers[1]?.rooms ?? []).map(({ roomKey, sessionIds, decisionIds }) => [
      roomKey,
      sessionIds,
      decisionIds,
    ]);
    expect(held).toEqual([
      ['dev/a', ['PA_1'], ['DE_1']],
      ['dev/b', ['PA_2'], ['DE_2']],
    ]);
  });

  it('drains on request, by a command or by the answer to its registration', async () => {
    const h = harness();
    const c = h.centre('c1', 1);
    h.agent.attach(c.link);
    await h.agent.register();
    await c.handlers.get(rpc.drain.number)?.(wire.Drain.encode({ on: true, reason: 'test' }).finish());
    expect(h.agent.state).toBe('draining');
    h.tick();
    expect(h.reports[0]?.state).toBe('draining');
    h.agent.lost();
    h.agent.attach(h.centre('c2', 1, { draining: true }).link);
    await h.agent.register();
    expect(h.agent.state).toBe('draining');
  });

  it('is silent and owns no timer without a link', async () => {
    const h = harness();
    h.agent.attach(h.centre('c1', 1).link);
    await h.agent.register();
    h.agent.lost();
    h.agent.report();
    expect(h.reports).toHaveLength(0);
    expect(h.cancelled()).toBe(1);
    expect(h.agent.state).toBe('disconnected');
  });
});

describe('the digest', () => {
  it('depends on every id of the set, not on the order', () => {
    expect(digestOf(['a', 'b'])).toBe(digestOf(['b', 'a']));
    expect(digestOf(['a', 'b'])).not.toBe(digestOf(['ab']));
    expect(digestOf([])).not.toBe(digestOf(['']));
  });
});
