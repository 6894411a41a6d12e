import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';
import { ann, bob, factsOf, send } from './batches.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const explain = (decisionId: string, o: object = {}) =>
  api.centre.explained.set(decisionId, { decisionId, madeWallMs: api.clock.wallMs(), why: 'nearest', ...o });
const keyOf = async (id: string) =>
  (
    await api.store.db
      .selectFrom('quality_sessions')
      .select('key')
      .where('session_id', '=', id)
      .executeTakeFirstOrThrow()
  ).key;
const storedStories = async () => {
  const rows = await api.store.db
    .selectFrom('session_decisions')
    .select('decision_id')
    .orderBy('decision_id')
    .execute();
  return rows.map(({ decision_id }) => decision_id);
};
const movedEvent = (decisionId: string) => ({ sessionId: ann, wallMs: api.clock.wallMs(), kind: 'moved', decisionId });
const { settled, of } = {
  settled: () => api.quality.stories.settled(),
  of: async (id: string, ids: string[]) => api.quality.stories.storiesOf(await keyOf(id), ids),
};

describe('stories of decisions', () => {
  it('are fetched once when a session joins or moves, and stay after the centre has forgotten them', async () => {
    explain('DE_1', { lines: ['the nearest'], chosen: { nodeId: 'sfu-fra-1', rttMs: 12, toMembersMs: -1 } });
    explain('DE_2', { moveFromNodeId: 'sfu-fra-1', chosen: { nodeId: 'x', refusedBy: 'full', total: 3 } });
    await send(api, { facts: [factsOf(ann, { decisionId: 'DE_1' })], events: [movedEvent('DE_2')] });
    await send(api, { facts: [factsOf(ann, { decisionId: 'DE_1', network: 'cellular' })] });
    await settled();
    await send(api, { facts: [factsOf(ann, { decisionId: 'DE_1', network: 'wifi' })] });
    await settled();
    expect(api.centre.askedToExplain).toEqual([['DE_1', 'DE_2']]);
    api.centre.explained.clear();
    const [one, two] = await of(ann, ['DE_1', 'DE_2']);
    expect(one).toMatchObject({ decisionId: 'DE_1', why: 'nearest', lines: ['the nearest'], chosen: { rttMs: 12 } });
    expect(one?.chosen).not.toHaveProperty('toMembersMs');
    expect(two).toMatchObject({ moveFromNodeId: 'sfu-fra-1', chosen: { refusedBy: 'full' } });
    expect(two?.chosen).not.toHaveProperty('total');
    expect(api.centre.askedToExplain).toHaveLength(1);
  });

  it('are fetched 64 at a time', async () => {
    const ids = Array.from({ length: 250 }, (_, at) => `DE_${at}`);
    for (const id of ids) explain(id);
    await send(api, { events: ids.map((id, at) => ({ ...movedEvent(id), wallMs: api.clock.wallMs() - at })) });
    await settled();
    expect(api.centre.askedToExplain.map((some) => some.length)).toEqual([64, 64, 64, 58]);
    expect(await storedStories()).toHaveLength(250);
  });

  it('are fetched when the centre is back, or by a reader', async () => {
    explain('DE_1');
    api.centre.state = 'mute';
    await send(api, { facts: [factsOf(ann, { decisionId: 'DE_1' }), factsOf(bob)] });
    await settled();
    expect([await storedStories(), await of(ann, ['DE_1'])]).toEqual([[], []]);
    api.centre.state = 'down';
    expect(await of(ann, ['DE_1'])).toEqual([]);
    api.centre.state = 'up';
    expect(await of(ann, ['DE_1'])).toMatchObject([{ decisionId: 'DE_1' }]);
    expect(await storedStories()).toEqual(['DE_1']);
  });

  it('of other decisions, or of deleted sessions, are not stored', async () => {
    explain('DE_1');
    await send(api, { facts: [factsOf(ann, { decisionId: 'DE_1' })] });
    await api.store.db.deleteFrom('quality_sessions').execute();
    api.centre.stories = async () => ({
      stories: [{ decisionId: 'DE_1' }, { decisionId: 'DE_9' }, { decisionId: '' }],
    });
    await settled();
    expect(await storedStories()).toEqual([]);
  });
});
