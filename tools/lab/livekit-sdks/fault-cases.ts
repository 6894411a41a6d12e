// A signaling node and a media node that die: every client is back by itself, with sound and data.
import { hears } from '../../../test/support/livekit/watch.ts';
import { until } from '../../../test/support/poll.ts';
import type { TogetherCase } from './case.ts';
import type { Company, Member } from './company.ts';

const killed = (name: string, nodeId: string): TogetherCase => ({
  name,
  together: async (company) => {
    await Promise.all(company.members.map(({ agent }) => agent.publish({ microphone: true })));
    await allHear(company);
    const { cloud } = company.stage;
    const before = cloud.pid(nodeId);
    cloud.kill(nodeId);
    await until(`${nodeId} runs again`, () => (cloud.pidIfAny(nodeId) ?? before) !== before);
    return async (member) => {
      await until(`${member.kind} is connected`, async () => (await member.agent.status()).state === 'connected');
      for (const other of company.others(member)) {
        await hears(member.agent, other.identity);
        await isHeardBy(other, member, `${member.identity} after ${nodeId}`);
      }
    };
  },
});

/** Says it again and again: what is said while one of the two is away is lost. */
const isHeardBy = (other: Member, { agent, identity }: Member, text: string): Promise<true> =>
  until(`${other.kind} hears ${identity}`, async () => {
    await agent.send({ text, topic: 't', reliable: true, to: [other.identity] });
    return (await other.agent.heard()).some((one) => one.text === text && one.from === identity);
  });

const allHear = (company: Company): Promise<unknown> =>
  Promise.all(
    company.members.flatMap((member) => company.others(member).map(({ identity }) => hears(member.agent, identity))),
  );

export const faultCases: readonly TogetherCase[] = [
  killed('signaling fra', 'sig-fra'),
  killed('signaling sgp', 'sig-sgp'),
  killed('media fra', 'sfu-fra-1'),
  killed('media sgp', 'sfu-sgp-1'),
];
