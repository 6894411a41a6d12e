// Contract of the api towards library nodes, by the api and by the double of their own tests.
import { call, HELD_CONTENTS_MAX, rpc } from '@meridian/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScriptedApi } from '../../../../files/library/test/support/scripted-api.ts';
import { blocksIn, sha256Of } from '../../../../product/api/test/support/scripted-libraries.ts';
import { testApi } from '../../../../product/api/test/support/test-api.ts';
import type { Ask } from './node.ts';

interface ApiUnderTest {
  readonly ask: Ask;
  /** Upload of acme that the node with the store `store-1` has taken. */
  readonly uploadId: string;
}
const film = Buffer.from('a film');

async function scripted(): Promise<ApiUnderTest> {
  const api = new ScriptedApi();
  api.gone = ['up_gone', 'up_other'];
  return { ask: (kind, message) => call(api.link, kind, message), uploadId: 'up_1' };
}

async function served(): Promise<ApiUnderTest> {
  const api = await testApi();
  onTestFinished(() => api.close());
  const made = await api.ask('POST', '/library/uploads', { body: { name: 'a', bytes: film.length } });
  return { ask: (kind, message) => api.libraries.fra.sendToApi(kind, message), uploadId: made.json().id };
}

describe.each([
  ['the double', scripted],
  ['an api', served],
])('contract of the api of library nodes: %s', (_, make) => {
  const opened = async () => {
    const { ask, uploadId } = await make();
    const facts = { bytes: film.length, sha256: sha256Of(film), blocks: Buffer.from(blocksIn(film).join(''), 'hex') };
    const about = { type: 'video/mp4', kind: 'video', media: { durationMs: 1000 }, storeId: 'store-1' };
    const report = () => ask(rpc.uploadEnded, { tenant: 'acme', uploadId, ...facts, ...about });
    const goneOf = async (ids: readonly string[]) => {
      const contents = ids.map((contentId) => ({ tenant: 'acme', contentId }));
      return (await ask(rpc.goneContents, { contents })).contentIds;
    };
    return { ask, uploadId, report, goneOf };
  };

  it('keeps reported uploads, with the same answer to each repeated report', async () => {
    const { report } = await opened();
    for (let times = 0; times < 2; times++) expect(await report()).toMatchObject({ keep: true });
  });

  it('says which of the requested contents are gone', async () => {
    const { uploadId, report, goneOf } = await opened();
    await report();
    expect(await goneOf([uploadId, 'up_gone'])).toEqual(['up_gone']);
    expect(await goneOf([])).toEqual([]);
  });

  it('refuses requests for too many contents', async () => {
    const { goneOf } = await opened();
    const many = Array.from({ length: HELD_CONTENTS_MAX + 1 }, (_each, at) => `up_${at}`);
    await expect(goneOf(many)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('takes playbacks', async () => {
    const { ask } = await opened();
    expect(await ask(rpc.libraryWatched, { watches: [] })).toEqual({});
  });
});
