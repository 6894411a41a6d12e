// Decisions through the network: a centre as a process of its own, media nodes and signaling nodes that registered with
// it over real links (TLS 1.3, both certificates), signaling nodes that keep many requests in flight. What counts is
// per second of the centre's own processor time.
import { join } from 'node:path';
import { newId } from '@meridian/protocol';
import { secureRng } from '@meridian/runtime';
import { spawnCentre, tempDir, writeConfig } from '../../../scheduler/test/service/support/centre.ts';
import { FakeNode } from '../../../scheduler/test/service/support/fake-node.ts';
import type { Say } from '../../support/case.ts';
import { processorUse } from '../capacity/processor.ts';

const mediaNodes = 24;
const signalingNodes = 2;
const inFlightPerNode = 48;
const rooms = 2000;
const fleet = ['frankfurt', 'singapore', 'london', 'tokyo', 'sydney', 'paris'];

export interface NetworkDecisions {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** Starts everything, measures for so long, ends everything. */
export async function networkDecisions(seconds: number, say: Say): Promise<NetworkDecisions> {
  const temp = tempDir();
  const nodes: FakeNode[] = [];
  const centre = await spawnCentre(
    writeConfig(temp.dir, {
      developmentCities: true,
      logLevel: 'info',
      joinsPerCore: 10_000,
      stateDir: join(temp.dir, 'state'),
    }),
  );
  try {
    for (let index = 0; index < mediaNodes; index += 1) {
      const city = fleet[index % fleet.length] ?? '';
      nodes.push(await FakeNode.start(centre, { id: `n${index}`, city, longitude: index * 9 - 100, sessions: 4000 }));
    }
    const asking: FakeNode[] = [];
    for (let index = 0; index < signalingNodes; index += 1) {
      asking.push(await FakeNode.start(centre, { id: `sig${index}`, kind: 'signaling' }));
    }
    nodes.push(...asking);
    say(`${mediaNodes} media nodes and ${signalingNodes} signaling nodes are registered with a centre over links`);
    await ask(asking, 1);
    const pid = centre.child.pid ?? 0;
    const before = processorUse([pid], 0);
    const made = await ask(asking, seconds);
    const after = processorUse([pid], 0);
    const cpuSeconds = ((after.processMs[0] ?? 0) - (before.processMs[0] ?? 0)) / 1000;
    const wallSeconds = (after.atMs - before.atMs) / 1000;
    say(
      `over links: ${Math.round(made / cpuSeconds)} decisions per processor second of the centre, ${Math.round(made / wallSeconds)} a second`,
    );
    return { perSecond: made / wallSeconds, perCpuSecond: made / cpuSeconds };
  } finally {
    for (const node of nodes) node.close();
    await centre.kill('SIGTERM');
    temp.remove();
  }
}

/** All signaling nodes ask for so long, each place given back when it is answered; how many were made. */
async function ask(asking: readonly FakeNode[], seconds: number): Promise<number> {
  const rng = secureRng();
  const endMs = performance.now() + seconds * 1000;
  let made = 0;
  const lane = async (signaling: FakeNode): Promise<void> => {
    while (performance.now() < endMs) {
      const reply = await signaling.place({
        roomKey: `bench/room${rng.int(rooms)}`,
        sessionId: newId('PA_', (count) => rng.bytes(count)),
        fromCity: fleet[rng.int(fleet.length)] ?? '',
      });
      if (!reply.ok) throw new Error(`not placed: ${reply.code} ${reply.reasons.join('; ')}`);
      await signaling.release(reply.decisionId);
      made += 1;
    }
  };
  await Promise.all(asking.flatMap((signaling) => Array.from({ length: inFlightPerNode }, () => lane(signaling))));
  return made;
}
