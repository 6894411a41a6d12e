// Pictures and sound: every codec, layers, and permissions to receive them.
import type { Agent, ClientKind, Codec, Sent } from '../../../test/support/livekit/agent.ts';
import { hears, isMuted, knows, sees } from '../../../test/support/livekit/watch.ts';
import { until } from '../../../test/support/poll.ts';
import type { EachCase } from './case.ts';
import type { Member } from './company.ts';

/** LiveKit's SDK leaves these out in Firefox, and Firefox has H.264 only by a plug-in that it downloads. */
const notFirefox = { firefox: 'not in Firefox' } as const;
/** They play what they get, without an element that has a size. */
const notNative = { 'rtc-node': 'no elements', python: 'no elements' } as const;
/** The first pictures of a loaded machine that encodes AV1. */
const PICTURE_MS_MAX = 60_000;
/** A camera of 15 pictures a second that sends none for so long has stopped. */
const QUIET_MS = 1500;

const canDecode = (kind: ClientKind, codec: Codec): boolean => !(codec === 'h264' && kind === 'firefox');

function codecCase(codec: Codec): EachCase {
  return {
    name: codec,
    ...(codec !== 'vp8' && { not: notFirefox }),
    each: async (company, actor) => {
      const { agent, identity } = actor;
      await agent.publish({ camera: { codec, simulcast: codec !== 'h264' }, microphone: true });
      const arrives = company.eachOther(actor, async (other) => {
        await hears(other.agent, identity);
        if (!canDecode(other.kind, codec)) return;
        const { mimeType } = await sees(other.agent, identity, undefined, PICTURE_MS_MAX);
        if (mimeType.toLowerCase() !== `video/${codec}`) throw new Error(`it gets ${mimeType}`);
      });
      await arrives.catch(async (error: Error) => {
        throw new Error(`${error.message}; it sends ${JSON.stringify(await agent.sent())}`);
      });
      if (codec === 'vp8') await sendsLayers(agent);
    },
  };
}

/** Resolves when more than one layer is sent. */
const sendsLayers = (agent: Agent): Promise<readonly Sent[]> =>
  until('two layers are sent', async () => {
    const layers = (await agent.sent()).filter(({ frames }) => frames > 0);
    return layers.length >= 2 && layers;
  });

const mute: EachCase = {
  name: 'mute',
  each: async (company, actor) => {
    await actor.agent.publish({ camera: { codec: 'vp8', simulcast: true }, microphone: true });
    const all = (what: (other: Member) => Promise<unknown>) => company.eachOther(actor, what);
    await all(({ agent }) => sees(agent, actor.identity));
    for (const source of ['microphone', 'camera'] as const) {
      await actor.agent.setMuted(source, true);
      await all(({ agent }) => knows(agent, actor.identity, `has its ${source} off`, isMuted(source, true)));
      await actor.agent.setMuted(source, false);
      await all(({ agent }) => knows(agent, actor.identity, `has its ${source} on`, isMuted(source, false)));
    }
    await all(({ agent }) => Promise.all([sees(agent, actor.identity), hears(agent, actor.identity)]));
  },
};

/** At once, while the track still flows to the node; dynacast has it stop first. */
const resubscribe: EachCase = {
  name: 'resubscribe',
  each: async (company, actor) => {
    await actor.agent.publish({ camera: { codec: 'vp8', simulcast: true }, microphone: true });
    await company.eachOther(actor, async ({ agent }) => {
      await Promise.all([sees(agent, actor.identity), hears(agent, actor.identity)]);
      await agent.setSubscribed(actor.identity, false);
      await until('nothing of it is received', async () => {
        return (await agent.received()).every(({ identity }) => identity !== actor.identity);
      });
      await agent.setSubscribed(actor.identity, true);
      await Promise.all([sees(agent, actor.identity), hears(agent, actor.identity)]);
    });
  },
};

const framesSent = async (agent: Agent): Promise<number> =>
  (await agent.sent()).reduce((sum, { frames }) => sum + frames, 0);

const dynacast: EachCase = {
  name: 'dynacast',
  each: async (company, actor) => {
    await actor.agent.publish({ camera: { codec: 'vp8', simulcast: true } });
    const others = company.others(actor);
    await company.eachOther(actor, ({ agent }) => sees(agent, actor.identity));
    for (const { agent } of others) await agent.setSubscribed(actor.identity, false);
    let [last, lastMs] = [await framesSent(actor.agent), performance.now()];
    await until('the camera stops when it is not watched', async () => {
      const now = await framesSent(actor.agent);
      if (now !== last) [last, lastMs] = [now, performance.now()];
      return performance.now() - lastMs > QUIET_MS;
    });
    for (const { agent } of others) await agent.setSubscribed(actor.identity, true);
    await company.eachOther(actor, ({ agent }) => sees(agent, actor.identity));
  },
};

/** The actor is the viewer. */
const adaptive: EachCase = {
  name: 'adaptive',
  not: notNative,
  each: async (company, actor) => {
    // Native SDKs send their layers in one size when that is 640x360.
    const publisher = company.others(actor).find(({ kind }) => kind === 'chromium' || kind === 'ours');
    if (publisher === undefined) throw new Error('there is no other client to watch');
    await publisher.agent.publish({ camera: { codec: 'vp8', simulcast: true } });
    const hasWidth = (what: string, is: (width: number) => boolean) =>
      until(what, async () => is((await sees(actor.agent, publisher.identity, 3)).width));
    await hasWidth('a large picture', (width) => width >= 640);
    await actor.agent.show(publisher.identity, 120, 68);
    await hasWidth('a small picture for a small element', (width) => width <= 320);
    await actor.agent.show(publisher.identity, 640, 360);
    await hasWidth('a large picture for a large element', (width) => width >= 640);
  },
};

const permission: EachCase = {
  name: 'permission',
  each: async (company, actor) => {
    const [first, ...rest] = company.others(actor);
    if (first === undefined || rest.length === 0) throw new Error('it takes three clients');
    await actor.agent.allowSubscribers([first.identity]);
    await actor.agent.publish({ camera: { codec: 'vp8', simulcast: true } });
    await sees(first.agent, actor.identity);
    for (const { agent, kind } of rest) {
      await knows(agent, actor.identity, 'is shown with its camera', ({ tracks }) => tracks.length === 1);
      const frames = await framesOf(agent, actor.identity);
      if (frames > 0) throw new Error(`${kind} receives ${frames} pictures that it may not see`);
    }
    await actor.agent.allowSubscribers(null);
    await Promise.all(rest.map(({ agent }) => sees(agent, actor.identity)));
  },
};

const framesOf = async (agent: Agent, identity: string): Promise<number> =>
  (await agent.received()).find((one) => one.identity === identity)?.frames ?? 0;

export const codecCases: readonly EachCase[] = (['vp8', 'h264', 'vp9', 'av1'] as const).map(codecCase);
export const layerCases: readonly EachCase[] = [mute, resubscribe, dynacast, adaptive, permission];
