// Coming and going, and what clients say to each other.
import type { ClientKind } from '../../../test/support/livekit/agent.ts';
import { livekitToken } from '../../../test/support/livekit/tokens.ts';
import { hasHeard, knows } from '../../../test/support/livekit/watch.ts';
import { until } from '../../../test/support/poll.ts';
import type { EachCase } from './case.ts';
import type { Company, Member } from './company.ts';

const isGone = (company: Company, actor: Member): Promise<unknown> =>
  Promise.all(
    company.others(actor).map(({ agent, kind }) =>
      until(`${kind} knows that ${actor.kind} is gone`, async () => {
        return (await agent.people()).every(({ identity }) => identity !== actor.identity);
      }),
    ),
  );

async function isBack(company: Company, actor: Member): Promise<void> {
  await company.join(actor);
  await company.isThereFor(actor.agent);
  const about = { metadata: `m ${actor.identity}` };
  for (const { agent } of company.others(actor))
    await knows(agent, actor.identity, 'is there', ({ metadata }) => metadata === about.metadata);
}

const join: EachCase = {
  name: 'join',
  each: async (company, actor) => {
    await actor.agent.leave();
    await isGone(company, actor);
    await isBack(company, actor);
  },
};

const data: EachCase = {
  name: 'data',
  each: async (company, actor) => {
    const others = company.others(actor);
    const [first, ...rest] = others;
    if (first === undefined) return;
    const said = `${actor.kind} ${performance.now()}`;
    await actor.agent.send({ text: `${said} to one`, topic: 't', reliable: true, to: [first.identity] });
    for (const reliable of [true, false]) {
      const text = `${said} ${reliable}`;
      await actor.agent.send({ text, topic: 'weather', reliable });
      for (const { agent, kind } of others) {
        const { from, topic, reliable: how } = await hasHeard(agent, text);
        if (from !== actor.identity || topic !== 'weather' || how !== reliable)
          throw new Error(`${kind} heard it from ${from} on ${topic}, reliable: ${how}`);
      }
    }
    await hasHeard(first.agent, `${said} to one`);
    for (const { agent, kind } of rest)
      if ((await agent.heard()).some(({ text }) => text === `${said} to one`))
        throw new Error(`${kind} heard what was for ${first.kind}`);
  },
};

const rpc: EachCase = {
  name: 'rpc',
  each: async (company, { agent, identity }) => {
    for (const { identity: to, kind } of company.members) {
      if (to === identity) continue;
      const results = [];
      for (const method of ['echo', 'fail', 'there is none'])
        results.push(await agent.call({ to, method, payload: 'hi' }));
      const said = JSON.stringify(results);
      if (said !== '[{"answer":"echo: hi"},{"code":1600},{"code":1400}]') throw new Error(`${kind} answered ${said}`);
    }
  },
};

const about: EachCase = {
  name: 'about',
  each: async (company, actor) => {
    const now = String(performance.now());
    await actor.agent.setAbout({ name: `n ${now}`, metadata: now, attributes: { hand: now } });
    for (const { agent } of company.others(actor))
      await knows(
        agent,
        actor.identity,
        'has another name, metadata and attribute',
        (p) => p.name === `n ${now}` && p.metadata === now && p.attributes['hand'] === now,
      );
  },
};

/** LiveKit's word for it, and ours. */
const removedOf = (kind: ClientKind): string => (kind === 'ours' ? 'KICKED' : 'PARTICIPANT_REMOVED');

const kick: EachCase = {
  name: 'kick',
  each: async (company, actor) => {
    const before = (await actor.agent.status()).disconnects.length;
    await company.stage.remove(company.room, actor.identity);
    const reason = await until('it hears of its removal', async () => (await actor.agent.status()).disconnects[before]);
    if (reason !== removedOf(actor.kind)) throw new Error(`it was told ${reason}`);
    await isGone(company, actor);
    await isBack(company, actor);
  },
};

const refused: EachCase = {
  name: 'bad token',
  each: async (company, actor) => {
    const client = await company.stage.client(actor.kind);
    try {
      const { key } = company.stage.cloud.secrets().devKey;
      const bad = { room: company.room, identity: 'another', key: { key, secret: 'x'.repeat(40) } };
      const token = await livekitToken(company.stage.cloud, bad);
      const joined = await client.agent.join({ url: company.stage.url(actor.kind, actor.region), token }).then(
        () => true,
        () => false,
      );
      if (joined) throw new Error('it came in with a token that another key has signed');
    } finally {
      await client.close();
    }
  },
};

const noRights: EachCase = {
  name: 'no rights',
  each: async (company, actor) => {
    const client = await company.stage.client(actor.kind);
    const identity = `guest by ${actor.kind}`;
    try {
      const grant = { canPublish: false, canSubscribe: false, canPublishData: false };
      const token = await livekitToken(company.stage.cloud, { room: company.room, identity, grant });
      await client.agent.join({ url: company.stage.url(actor.kind, actor.region), token });
      const succeeds = (work: Promise<unknown>): Promise<boolean> =>
        work.then(
          () => true,
          () => false,
        );
      if (await succeeds(client.agent.publish({ microphone: true }))) throw new Error('it may publish');
      await client.agent.send({ text: identity, topic: 't', reliable: true }).catch(() => undefined);
      await actor.agent.send({ text: `after ${identity}`, topic: 't', reliable: true });
      for (const { agent, kind } of company.others(actor)) {
        const { tracks } = await knows(agent, identity, 'is there');
        await hasHeard(agent, `after ${identity}`);
        const texts = (await agent.heard()).map(({ text }) => text);
        if (tracks.length > 0 || texts.includes(identity)) throw new Error(`${kind} sees or hears it`);
      }
    } finally {
      await client.close();
    }
  },
};

export const talkCases: readonly EachCase[] = [join, data, rpc, about, kick, refused, noRights];
