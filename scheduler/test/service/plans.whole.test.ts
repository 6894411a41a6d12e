// Plans on the wire: what is sent once, and what again, to receivers that understand changes and to those that do not.
import { call, limits, note, onNote, routerConstant, rpc, type wire } from '@meridian/protocol';
import { createLogger, type Link, LinkDialer, secureRng, systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCentre, until } from './support/centre.ts';
import { enrolNode, FakeNode, frankfurt } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let closing: { close(): void }[] = [];
// For every try anew: the next try would also get what this one has registered.
beforeEach(async () => {
  closing = [];
  centre = await startCentre();
  for (const id of ['sfu-1', 'sfu-2']) closing.push(await FakeNode.start(centre, { id, ...frankfurt }));
});
afterEach(async () => {
  for (const one of closing) one.close();
  await centre.close();
});

/** A node that keeps what it hears as it came, without an agent. */
async function plansOf(id: string, kind: string, takes: Partial<wire.Register.$Properties>): Promise<wire.Plan[]> {
  const credentials = await enrolNode(centre, { id, kind, region: frankfurt.region });
  const plans: wire.Plan[] = [];
  let link: Link | undefined;
  const dialer = new LinkDialer({
    url: () => centre.centreUrl,
    limits: limits.centreLink,
    credentials: () => credentials,
    log: createLogger({ name: 'node', level: 'silent' }),
    clock: systemClock(),
    rng: secureRng(),
    expect: (remote) => remote.kind === 'scheduler',
    backoffMs: { first: 20, max: 100 },
    onLink: (opened) => {
      onNote(opened, note.plan, (plan) => plans.push(plan));
      link = opened;
    },
    onDown: () => {
      link = undefined;
    },
  });
  closing.push({ close: () => dialer.close('the test is over') });
  const node = {
    nodeId: id,
    kind,
    region: frankfurt.region,
    city: frankfurt.city,
    hostId: `host-${id}`,
    latitude: frankfurt.latitude,
    longitude: frankfurt.longitude,
    incarnation: 'i1',
    capacity: { sessions: 100, cpuCores: 1, bandwidthBps: 1e9, consumers: 1000 },
    versions: { software: 'test', protocol: 1, router: routerConstant.version },
  };
  const { plan } = await call(await until('a link', () => link), rpc.register, { node, rooms: [], load: {}, ...takes });
  plans.unshift(plan as wire.Plan);
  return plans;
}
const pairs = (paths: wire.PairPath.$Properties[]): string[] => paths.map(({ a, b }) => `${a} ${b}`).sort();

test('signaling nodes get all paths once, and then those that have come and gone; an older signaling node all of it; others none', async () => {
  const signaling = await plansOf('sig-new', 'signaling', { planDeltas: true, pathDeltas: true });
  const older = await plansOf('sig-old', 'signaling', { planDeltas: true });
  const media = await plansOf('sfu-raw', 'sfu', { planDeltas: true });
  const third = await FakeNode.start(centre, { id: 'sfu-3', ...frankfurt });
  const tells = (plans: wire.Plan[], nodeId: string, state: string) =>
    until(`${nodeId} is ${state}`, () =>
      plans.find(({ nodes }) => nodes.some((node) => node.nodeId === nodeId && node.state === state)),
    );
  expect(signaling[0]).toMatchObject({ since: 0, pathChanges: false });
  expect(pairs(signaling[0]?.paths ?? [])).toEqual(['sfu-1 sfu-2']);

  const come = await tells(signaling, 'sfu-3', 'alive');
  expect(come.since).toBeGreaterThan(0);
  expect(come.pathChanges).toBe(true);
  // On a busy machine the delay of another pair may be news too; that nothing else is sent is held by plan-paths.
  expect(pairs(come.paths)).toEqual(expect.arrayContaining(['sfu-1 sfu-3', 'sfu-2 sfu-3']));
  const whole = await tells(older, 'sfu-3', 'alive');
  expect(whole).toMatchObject({ since: 0, pathChanges: false });
  expect(pairs(whole.paths)).toEqual(['sfu-1 sfu-2', 'sfu-1 sfu-3', 'sfu-2 sfu-3']);

  third.close();
  const gone = await tells(signaling, 'sfu-3', 'dead');
  expect(pairs(gone.gonePaths)).toEqual(['sfu-1 sfu-3', 'sfu-2 sfu-3']);
  expect(pairs(gone.paths).filter((pair) => pair.includes('sfu-3'))).toEqual([]);
  await tells(media, 'sfu-3', 'dead');
  expect(media.flatMap(({ paths }) => paths)).toEqual([]);
});
