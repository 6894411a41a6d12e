// A media node is drained, then a signaling node stopped, while LiveKit's SDKs and ours talk over two regions:
// LiveKit's come back by themselves, ours does not notice, and the drained node ends empty.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FleetNode, TestCloud } from '../../support/cloud.ts';
import { fleetAlive, restarted } from '../../support/fleet.ts';
import type { Agent } from '../../support/livekit/agent.ts';
import {
  chromiumClient,
  ourClient,
  pythonClient,
  rtcNodeClient,
  type SdkClient,
} from '../../support/livekit/clients.ts';
import { Silences } from '../../support/livekit/silences.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { hears, sees } from '../../support/livekit/watch.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { standbyCloud } from '../../support/standby-cloud.ts';

const room = 'livekit-drained';
const home = 'sfu-fra-1';
const others = ['sfu-fra-2', 'sfu-sgp-1', 'sfu-sgp-2'];
/** LiveKit's SDKs that join where the drain is. */
const moving = ['page', 'node'] as const;
/** The sessions of a room move one after another. */
const BACK_MS_MAX = 60_000;
/** Far above what a machine with time needs: it has to make three connections, and its tracks. */
const AWAY_MS_MAX = 20_000;
/** As where our SDK is moved (talking.ts). */
const GAP_MS_MAX = 1500;

let cloud: TestCloud;
let browser: Browser;
const clients: SdkClient[] = [];
const agents = new Map<string, Agent>();
let silences: Silences | undefined;

const agent = (identity: string): Agent => {
  const found = agents.get(identity);
  if (found === undefined) throw new Error(`${identity} has not joined`);
  return found;
};
const joins = async (identity: string, open: () => Promise<SdkClient>, url: string): Promise<void> => {
  const client = await open();
  clients.push(client);
  await client.agent.join({ url, token: await livekitToken(cloud, { room, identity }) });
  await client.agent.publish({ camera: { codec: 'vp8', simulcast: false }, microphone: true });
  agents.set(identity, client.agent);
};
const sessionsAt = async (nodeId: string): Promise<number | undefined> =>
  (await cloud.fleet()).nodes.find((node: FleetNode) => node.nodeId === nodeId)?.load.sessions;
const cordoned = (nodeIds: readonly string[], on: boolean): Promise<unknown> =>
  Promise.all(nodeIds.map((nodeId) => cloud.cordon(nodeId, on)));

/** Every one sees and hears every other one. */
async function isWhole(): Promise<void> {
  await Promise.all(
    [...agents].flatMap(([receiver, at]) =>
      [...agents.keys()]
        .filter((identity) => identity !== receiver)
        .flatMap((identity) => [sees(at, identity, undefined, BACK_MS_MAX), hears(at, identity, BACK_MS_MAX)]),
    ),
  );
}

beforeAll(async () => {
  cloud = standbyCloud();
  await fleetAlive(cloud);
  browser = await sharedChromium();
  const [frankfurt, singapore] = [cloud.entryUrl('frankfurt'), cloud.entryUrl('singapore')];
  const socket = (url: string): string => url.replace(/^http/, 'ws');
  await cordoned(others, true);
  await joins('ours', () => ourClient(browser, cloud), frankfurt);
  await joins('page', () => chromiumClient(browser, cloud), socket(cloud.pageUrl));
  await joins('node', rtcNodeClient, socket(frankfurt));
  await cordoned(others, false);
  await cloud.cordon(home, true);
  await joins('python', pythonClient, socket(singapore));
  await cloud.cordon(home, false);
  await until('three sessions are there', async () => (await sessionsAt(home)) === 3);
  await isWhole();
  silences = new Silences(agents);
});
afterAll(async () => {
  await silences?.close();
  await Promise.all(clients.map((client) => client.close()));
  await cordoned([home, ...others], false);
  await cloud.drain(home, false);
  await browser?.close();
  await fleetAlive(cloud);
});

/** Waits until these have come back once more, and all see and hear each other; says how long sound was away. */
async function cameBack(what: string, identities: readonly string[], act: () => unknown): Promise<void> {
  const { sid } = await agent('ours').status();
  const before = new Map(await Promise.all(identities.map(async (one) => [one, await agent(one).status()] as const)));
  silences?.take();
  await act();
  for (const one of identities)
    await until(
      `${one} is back`,
      async () => {
        const { state, reconnects } = await agent(one).status();
        return state === 'connected' && reconnects > (before.get(one)?.reconnects ?? 0);
      },
      BACK_MS_MAX,
    );
  await isWhole();
  const awayMs = silences?.take() ?? {};
  console.info(`${what}: sound was away, in ms`, awayMs);
  expect(Math.max(...Object.values(awayMs))).toBeLessThan(AWAY_MS_MAX);
  for (const pair of ['ours < python', 'python < ours']) expect(awayMs[pair], pair).toBeLessThan(GAP_MS_MAX);
  for (const one of agents.keys()) expect((await agent(one).status()).disconnects, one).toEqual([]);
  expect(await agent('ours').status()).toMatchObject({ state: 'connected', sid });
}

it('a media node that is drained: LiveKit’s SDKs come back elsewhere, ours is moved, and the node ends empty', async () => {
  await cameBack('drain of a media node', moving, () => cloud.drain(home, true));
  await until('the drained node is empty', async () => (await sessionsAt(home)) === 0);
  for (const one of ['ours', 'python']) expect((await agent(one).status()).reconnects, one).toBe(0);
});

it('a signaling node that is stopped: LiveKit’s SDKs come back, and ours goes on', async () => {
  const pid = cloud.pid('sig-fra');
  await cameBack('end of a signaling node', ['node'], () => cloud.kill('sig-fra', 'SIGTERM'));
  await restarted(cloud, 'sig-fra', pid);
});
