// The autoscaler for real: bookings of two regions make the centre start four media nodes by the supervisor of
// `npm start`; when they are taken back, four nodes are drained and ended. A call of two people with picture and sound
// runs all the time, and others sit on the new nodes until their meeting ends. A person that loses a socket or a
// session before it leaves by itself is counted as dropped.
import { setTimeout as pause } from 'node:timers/promises';
import type { SessionClient } from '@meridian/client';
import { launchChromium } from '../../test/support/browser.ts';
import { hearsMore, join } from '../../test/support/call.ts';
import { type FleetNode, TestCloud } from '../../test/support/cloud.ts';
import { headless } from '../../test/support/headless.ts';
import { until } from '../../test/support/poll.ts';
import type { LabCase, Say } from '../support/case.ts';

const regions = ['frankfurt', 'singapore'] as const;
const extraNodes = 4;
const sessionsPerNode = 20;
/** Quick rounds and short holds: the machine's patience is tested in simulated time, its hands here. */
const policy = {
  tickMs: 500,
  nodesMin: 1,
  nodesMax: 8,
  targetShare: 1,
  sessionsPerNode,
  horizonMinutes: 1,
  spareHost: false,
  spareRegion: false,
  startPauseMs: 500,
  drainPauseMs: 500,
  surplusHoldMs: 2000,
  surplusShare: 0,
  emptyHoldMs: 2000,
};
const guestsPerRegion = 6;
const meetingEndsAfterMs = 5000;

interface Guest {
  readonly client: SessionClient;
  readonly nodeId: string;
  left: boolean;
  dropped: boolean;
}

const extraOf = (nodes: readonly FleetNode[]): FleetNode[] => nodes.filter((node) => node.nodeId.includes('-auto-'));

async function book(cloud: TestCloud, region: string, sessions: number): Promise<void> {
  const now = Date.now();
  const [startsAt, endsAt] = [now - 1000, now + 3_600_000].map((ms) => new Date(ms).toISOString());
  const path = `${cloud.centreUrl}/v1/bookings/${region}`;
  const body = JSON.stringify({ region, sessions, startsAt, endsAt });
  const authorization = `Bearer ${cloud.secrets().clusterToken}`;
  const response = await fetch(
    path,
    sessions === 0
      ? { method: 'DELETE', headers: { authorization } }
      : { method: 'PUT', headers: { authorization, 'content-type': 'application/json' }, body },
  );
  if (!response.ok) throw new Error(`booking: HTTP ${response.status} ${await response.text()}`);
}

/** A person without picture and sound; where the centre has put them is in the answer. */
async function guest(cloud: TestCloud, region: (typeof regions)[number], number: number): Promise<Guest> {
  const token = await cloud.token(`meeting-${region}-${number}`, `guest-${region}-${number}`);
  const client = headless(cloud.entryUrl(region), { token });
  const { placement } = await client.connect();
  const one: Guest = { client, nodeId: placement.nodeId, left: false, dropped: false };
  const lost = (): void => {
    one.dropped ||= !one.left;
  };
  client.on('interrupted', lost).on('disconnected', lost);
  return one;
}

async function run(cloud: TestCloud, say: Say) {
  const browser = await launchChromium();
  try {
    const ana = await join(browser, cloud, { room: 'call', name: 'Ana', from: 'frankfurt' });
    const bo = await join(browser, cloud, { room: 'call', name: 'Bo', from: 'singapore' });
    await Promise.all([hearsMore(ana), hearsMore(bo)]);
    const bookedMs = performance.now();
    for (const region of regions) await book(cloud, region, sessionsPerNode * (1 + extraNodes / regions.length));
    const started = await until(
      'four nodes more serve',
      async () => {
        const extra = extraOf((await cloud.fleet()).nodes).filter((node) => node.state === 'alive');
        return extra.length === extraNodes && extra;
      },
      120_000,
    );
    const startSeconds = (performance.now() - bookedMs) / 1000;
    say(`four nodes started after ${startSeconds.toFixed(1)} s: ${started.map((node) => node.nodeId).join(', ')}`);
    const guests: Guest[] = [];
    for (const region of regions) {
      for (let number = 0; number < guestsPerRegion; number += 1) guests.push(await guest(cloud, region, number));
    }
    const onExtra = guests.filter((one) => one.nodeId.includes('-auto-'));
    say(`${onExtra.length} of ${guests.length} guests are on the new nodes`);
    const releasedMs = performance.now();
    for (const region of regions) await book(cloud, region, 0);
    await until('a node is drained', async () =>
      extraOf((await cloud.fleet()).nodes).some((node) => node.state === 'draining'),
    );
    await pause(meetingEndsAfterMs);
    const droppedBeforeEnd = guests.filter((one) => one.dropped).length;
    for (const one of guests) {
      one.left = true;
      one.client.leave();
    }
    await until(
      'the four nodes are gone',
      async () => extraOf((await cloud.fleet()).nodes).every((node) => node.state === 'dead'),
      180_000,
    );
    const endSeconds = (performance.now() - releasedMs) / 1000;
    await Promise.all([hearsMore(ana), hearsMore(bo)]);
    const droppedSessions = droppedBeforeEnd + guests.filter((one) => one.dropped).length;
    return { startSeconds, endSeconds, guests: guests.length, guestsOnNewNodes: onExtra.length, droppedSessions };
  } finally {
    await browser.close();
  }
}

export const autoscale: LabCase = {
  name: 'autoscale',
  summary:
    'the centre starts four media nodes for bookings and drains and ends them again while calls run: no session is dropped',
  run: async (_options, say) => {
    const extraArgs = ['--log-level', 'info', '--autoscale', 'process', '--autoscale-policy', JSON.stringify(policy)];
    const cloud = await TestCloud.start({ extraArgs });
    try {
      const metrics = await run(cloud, say);
      const missed = [
        ...(metrics.droppedSessions > 0 ? [`${metrics.droppedSessions} sessions dropped, aim 0`] : []),
        ...(metrics.guestsOnNewNodes === 0 ? ['no guest was placed on a new node'] : []),
      ];
      return { params: { nodes: extraNodes, regions: regions.length }, metrics, missed };
    } finally {
      await cloud.stop();
    }
  },
};
