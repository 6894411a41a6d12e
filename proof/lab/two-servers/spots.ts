import { setTimeout as pause } from 'node:timers/promises';
import { Call, mediaAddresses } from './call.ts';
import type { ClientName } from './clients.ts';
import type { ServerName } from './machine.ts';
import type { Stage } from './stage.ts';

/** Time limit within which people use a server again that was off. */
export const backLimitMs = 240_000;

export interface Spot {
  readonly client: ClientName;
  readonly server: ServerName;
}
export type Spots = readonly [Spot, Spot];
export const spots = {
  one: { client: 'client-1', server: 'server-1' },
  two: { client: 'client-2', server: 'server-2' },
  three: { client: 'client-3', server: 'server-3' },
} as const satisfies Readonly<Record<string, Spot>>;

/** Returns the running call if a person is at each of the two servers; otherwise opens a new call. */
export async function running(stage: Stage): Promise<Call> {
  const { call } = stage;
  if (call !== undefined && (await isAtBoth(stage, call))) return call;
  await call?.close();
  stage.call = await callAtBoth(stage, backLimitMs);
  await stage.call.watch();
  return stage.call;
}

const isAtBoth = (stage: Stage, call: Call): Promise<boolean> => isAt(stage, call, [spots.one, spots.two]);

async function isAt(stage: Stage, call: Call, at: Spots): Promise<boolean> {
  const addresses = await addressesOf(call);
  return at.every(({ server }, index) => addresses[index] === stage.net.ipOf(server));
}

export const addressesOf = (call: Call): Promise<string[]> =>
  Promise.all(call.people.map(async (p) => (await mediaAddresses(p)).join()));

export const callAtBoth = (stage: Stage, limitMs = 0): Promise<Call> => callAt(stage, [spots.one, spots.two], limitMs);

/** Opens a call whose people use these servers, by their browsers' stats. Tries again until `limitMs` have passed. */
export async function callAt(stage: Stage, at: Spots, limitMs = 0): Promise<Call> {
  const deadlineMs = performance.now() + limitMs;
  for (;;) {
    try {
      const call = await Call.open(stage.clients, stage.links(), [at[0].client, at[1].client]);
      if (await isAt(stage, call, at)) return call;
      const addresses = await addressesOf(call);
      await call.close();
      throw new Error(`the people are not at their servers, but at ${addresses.join(' and ')}`);
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      stage.say(`  not yet: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      await pause(1000);
    }
  }
}
