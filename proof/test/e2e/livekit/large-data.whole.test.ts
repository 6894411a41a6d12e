// Messages and calls of the largest size between two pages of livekit-client and a page of our SDK, in two regions.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../support/livekit/agent.ts';
import { type CallStage, sharedStage } from '../../support/livekit/call-tests.ts';
import type { SdkClient } from '../../support/livekit/clients.ts';
import { livekitToken } from '../../support/livekit/tokens.ts';
import { untilKnown, untilMessage } from '../../support/livekit/watch.ts';

const people = [
  ['ann', 'chromium', 'frankfurt'],
  ['bob', 'chromium', 'singapore'],
  ['ours', 'ours', 'frankfurt'],
] as const;

let stage: CallStage;
const clients: SdkClient[] = [];
const agents = new Map<string, Agent>();
const agent = (identity: string): Agent => {
  const found = agents.get(identity);
  if (found === undefined) throw new Error(`${identity} has not joined`);
  return found;
};
beforeAll(async () => {
  stage = await sharedStage();
  for (const [identity, kind, region] of people) {
    const client = await stage.client(kind);
    clients.push(client);
    const token = await livekitToken(stage.cloud, { room: 'livekit-large-data', identity });
    await client.agent.join({ url: stage.url(kind, region), token });
    agents.set(identity, client.agent);
  }
  for (const [at] of people) for (const [who] of people) if (who !== at) await untilKnown(agent(at), who, 'is there');
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await stage?.close();
});

describe.each([
  // A bound of livekit-client's own, on a payload and what it adds.
  ['ann', 63_900, 64_000],
  ['ours', 65_535, 65_536],
])('a reliable message of %s', (from, taken, refused) => {
  it(`of ${taken} bytes reaches all others, and one of ${refused} bytes is an error of its sender`, async () => {
    const text = `${from}: `.padEnd(taken, 'x');
    const others = people.map(([identity]) => identity).filter((identity) => identity !== from);
    await agent(from).send({ text, topic: 'large', reliable: true });
    for (const at of others) expect(await untilMessage(agent(at), text)).toMatchObject({ topic: 'large', from });
    await expect(
      agent(from).send({ text: text.padEnd(refused, 'y'), topic: 'large', reliable: true }),
    ).rejects.toThrow();
    // The channel goes on.
    await agent(from).send({ text: `after ${from}`, topic: 'small', reliable: true });
    for (const at of others) await untilMessage(agent(at), `after ${from}`);
  });
});

describe('a call', () => {
  it.each([
    ['ann', 'bob'],
    ['bob', 'ann'],
    ['ann', 'ours'],
    ['ours', 'ann'],
    ['bob', 'ours'],
    ['ours', 'bob'],
  ])('of %s to %s carries 200 kB there and back', async (from, to) => {
    const payload = '界€x'.repeat(28_600);
    expect(await agent(from).call({ to, method: 'echo', payload })).toEqual({ answer: `echo: ${payload}` });
  });

  it('to our SDK with more than it takes fails with the code for that', async () => {
    const payload = 'x'.repeat(1024 * 1024 + 1);
    expect(await agent('ours').call({ to: 'ann', method: 'echo', payload })).toEqual({ code: 1402 });
    expect(await agent('ann').call({ to: 'ours', method: 'echo', payload })).toEqual({ code: 1402 });
  });
});
