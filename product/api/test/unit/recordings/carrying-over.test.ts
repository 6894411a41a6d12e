// Recordings that an earlier release finished are assembled anew into the library.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assemble } from '../../support/assembling.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';
import { entry, journal, START_MS } from '../events/journals.ts';

const YEAR_MS = 365 * 86_400_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.clock.advance(START_MS + 200_000 - api.clock.wallMs());
});
afterEach(() => api.close());

/** Makes a recording as the release before left it: finished, without a version. */
async function finishedBefore(id: string, recorder: string): Promise<void> {
  const bodies = [entry.opened('ann'), entry.recording(id, recorder), entry.recording(id, recorder, { isOver: true })];
  await api.telling.intake.take(journal(1, 1, bodies, { sid: `RM_${id.replace('_', '')}` }));
  await api.telling.jobs.settled();
  await api.store.db.deleteFrom('jobs').where('kind', '=', 'recordings').execute();
  await api.store.db.updateTable('recordings').set({ state: 'finished', version: 0 }).where('id', '=', id).execute();
}
const carryOver = async () => (await api.ask('POST', '/recordings/carry-over', { signer: operatorKey })).json();
const shown = async (id: string) => (await api.ask('GET', `/recordings/${id}`)).json();

it('begins with those whose recorders are all there, however long ago they ended, and names missing recorders', async () => {
  const { fra } = api.recorders;
  await finishedBefore('re_1', 'rec-fra');
  await finishedBefore('re_2', 'rec-gone');
  await api.clock.advance(YEAR_MS);
  await api.telling.jobs.settled();
  expect((await api.ask('POST', '/recordings/carry-over')).statusCode).toBe(403);
  expect(await carryOver()).toEqual({ begun: 1, working: 1, waiting: 1, missing: ['rec-gone'] });
  // The recorder has just started: it does not know its stints yet.
  await api.clock.advance(5000);
  await api.telling.jobs.settled();
  expect(await carryOver()).toMatchObject({ begun: 0, working: 1 });
  fra.addStint('acme/re_1', { startedWallMs: START_MS + 5000, endedWallMs: START_MS + 104_000 });
  await api.clock.advance(60_000);
  await api.telling.jobs.settled();
  await assemble(api, fra);
  expect(await shown('re_1')).toMatchObject({ state: 'finished', version: 1, outputs: [{ name: 'p001-camera' }] });
  expect(await shown('re_2')).toMatchObject({ state: 'finished', version: 0, outputs: [] });
  expect(await carryOver()).toEqual({ begun: 0, working: 0, waiting: 1, missing: ['rec-gone'] });
});
