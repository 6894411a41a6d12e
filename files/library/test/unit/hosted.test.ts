// Contents that a node holds for receivers of its region: released with the receiver, and removed with the content.
import { setImmediate } from 'node:timers/promises';
import { type FetchedFile, makeSink, type SinkDeps } from '@meridian/distribution';
import { createLogger, ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { GoneContents, type GoneContentsOptions } from '../../src/distribution/gone-contents.ts';
import { Hosted, type HostedOptions } from '../../src/distribution/hosted.ts';

type Answer = { receivers: { receiver: string; kind: string }[]; more: boolean };
const one = (receiver: string, kind = 'region') => ({ receiver, kind, tenant: 'acme', settings: '{}', version: 1 });

/** Sets up a node that holds a content for each of two receivers, and another content on its own. */
async function setUp(answers: (Answer | Error)[]) {
  const held = new Set<string>();
  const folder = {
    find: () => ({ bytes: 1, tenant: 'acme', isWhole: true }),
    hold: async (content: string, by: string) => void held.add(`${content} ${by}`),
    releaseAll: async (isOver: (by: string) => boolean) => {
      for (const name of held) if (isOver(name.slice(name.indexOf(' ') + 1))) held.delete(name);
    },
  };
  const sink = makeSink('region', {}, { folder } as unknown as SinkDeps);
  const took = (receiver: string) => ({ notice: { content: 'up_1', receiver, sha256: 'a' } }) as unknown as FetchedFile;
  for (const receiver of ['RC_1', 'RC_2']) await sink.take(took(receiver));
  await folder.hold('up_1', 'DL_1');
  const asked: unknown[] = [];
  const calls = { open: 0, most: 0 };
  const clock = new ManualClock();
  const hosted = new Hosted({
    api: {
      call: async (_: unknown, body: unknown) => {
        asked.push(body);
        calls.most = Math.max(calls.most, ++calls.open);
        await setImmediate();
        calls.open -= 1;
        const answer = answers.shift();
        if (answer === undefined || answer instanceof Error) throw answer ?? new Error('asked too often');
        return answer;
      },
    },
    port: { lease: async () => false },
    surroundings: { self: { id: 'lib-1', region: 'fra', publicUrl: '' }, hubs: async () => [] },
    folder,
    clock,
    log: createLogger({ name: 'library', level: 'fatal' }),
  } as unknown as HostedOptions);
  return { hosted, held, asked, calls };
}
const allHolds = ['up_1 DL_1', 'up_1 region:RC_1', 'up_1 region:RC_2'];

it('contents are released with their receiver, unless it is only disabled', async () => {
  const { hosted, held } = await setUp([
    { receivers: [one('RC_1'), one('RC_2', '')], more: false },
    { receivers: [one('RC_2', '')], more: false },
  ]);
  await hosted.refresh();
  expect([...held].toSorted()).toEqual(allHolds);
  await hosted.refresh();
  expect([...held].toSorted()).toEqual(['up_1 DL_1', 'up_1 region:RC_2']);
  await hosted.close();
});

it('contents stay while the list of receivers is incomplete, and every page of it counts', async () => {
  const { hosted, held, asked } = await setUp([
    { receivers: [one('RC_1')], more: true },
    new Error('the link broke'),
    { receivers: [], more: true },
    { receivers: [one('RC_1')], more: true },
    { receivers: [one('RC_2')], more: false },
  ]);
  for (const lists of [1, 2, 3]) {
    await hosted.refresh();
    expect([lists, [...held].toSorted()]).toEqual([lists, allHolds]);
  }
  expect(asked.at(-1)).toEqual({ after: 'RC_1' });
  await hosted.close();
});

it('lists are requested one after another, so that an older list never replaces a newer one', async () => {
  const { hosted, held, calls } = await setUp([
    { receivers: [one('RC_1'), one('RC_2')], more: false },
    { receivers: [one('RC_2')], more: false },
  ]);
  await Promise.all([hosted.refresh(), hosted.refresh()]);
  expect([calls.most, [...held].toSorted()]).toEqual([1, ['up_1 DL_1', 'up_1 region:RC_2']]);
  await hosted.close();
});

it('contents are checked every five minutes, 200 at once, and a content that cannot be removed does not hold up others', async () => {
  const clock = new ManualClock();
  const held = new Set(Array.from({ length: 401 }, (_, at) => `up_${at}`));
  const asked: number[] = [];
  const forgotten: string[] = [];
  let answers: () => string[] = () => [];
  const gone = new GoneContents({
    api: {
      async call(_: unknown, { contents }: { contents: readonly { tenant: string; contentId: string }[] }) {
        expect(new Set(contents.map(({ tenant }) => tenant))).toEqual(new Set(['acme']));
        asked.push(contents.length);
        return { contentIds: answers() };
      },
    },
    folder: {
      find: (name: string) => (name === 'lost+found' ? undefined : { tenant: 'acme' }),
      async remove(content: string) {
        expect(forgotten.at(-1)).toBe(content);
        if (content === 'up_7') throw new Error('the disk is broken');
        held.delete(content);
      },
    },
    surroundings: { forget: (content: string) => void forgotten.push(content) },
    held: async () => ['lost+found', ...held],
    clock,
    log: createLogger({ name: 'library', level: 'silent' }),
  } as unknown as GoneContentsOptions);
  answers = () => {
    throw new Error('no api is there');
  };
  await gone.check();
  expect([asked, held.size]).toEqual([[200], 401]);
  // Ids of another page than the request are ignored.
  answers = () => ['up_7', 'up_8', 'up_400'].slice(0, asked.length);
  clock.advance(5 * 60_000 - 1);
  expect(asked).toEqual([200]);
  clock.advance(1);
  await gone.check();
  expect(asked).toEqual([200, 200, 200, 1]);
  expect([...['up_7', 'up_8', 'up_9', 'up_400'].filter((one) => held.has(one))]).toEqual(['up_7', 'up_9']);
  await gone.close();
  clock.advance(10 * 60_000);
  expect(asked).toHaveLength(4);
});
