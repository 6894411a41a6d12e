import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScriptedLibrary } from '../../support/scripted-libraries.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const begin = async (region?: string) => {
  const answer = await api.ask('POST', '/library/uploads', {
    body: { name: 'a', bytes: 1, ...(region && { region }) },
  });
  return answer.statusCode === 201 ? new URL(answer.json().parts[0].url).hostname : answer;
};
const [FRA, SGP] = ['lib-fra.example.org', 'lib-sgp.example.org'];

describe('an upload is sent', () => {
  it('to the region of the request, else to the api’s own, else to the node with most room', async () => {
    expect([await begin('singapore'), await begin(), await begin('nowhere')]).toEqual([SGP, FRA, FRA]);
    const { sgp } = api.libraries;
    const roomy = new ScriptedLibrary('lib-roomy', 'tokyo');
    roomy.freeBytes = 2e12;
    api.libraries.planned = [sgp, roomy];
    api.libraries.plan();
    await api.telling.library.nodes.refresh();
    expect(await begin()).toBe('lib-roomy.example.org');
  });

  it('to the next node if one is full or silent; the silent node is made to forget it', async () => {
    const { fra, sgp } = api.libraries;
    fra.refusal = 'OVERLOADED';
    expect(await begin()).toBe(SGP);
    await api.telling.jobs.settled();
    expect(fra.requestLog.some((one) => one.startsWith('drop'))).toBe(false);
    fra.link = 'mute';
    expect(await begin()).toBe(SGP);
    fra.link = 'up';
    await api.clock.advance(60_000);
    await api.telling.jobs.settled();
    expect(fra.requestLog.at(-1)).toBe(`drop ${[...sgp.uploads.keys()].at(-1)}`);
  });

  it('to no node outside the regions of the tenant’s keys', async () => {
    await api.store.db.updateTable('api_keys').set({ regions: 'singapore' }).where('tenant', '=', 'acme').execute();
    expect([await begin(), await begin('frankfurt')]).toEqual([SGP, SGP]);
    api.libraries.sgp.link = 'cut';
    expect(await begin()).toMatchObject({ statusCode: 503 });
    expect(api.libraries.fra.uploads.size).toBe(0);
  });

  it('to no node if there is none, and the client should retry', async () => {
    for (const node of api.libraries.planned) node.refusal = 'OVERLOADED';
    const refused = await begin();
    expect(refused).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    api.libraries.planned = [];
    api.libraries.plan();
    expect(await begin()).toMatchObject({ statusCode: 503 });
    expect(await api.store.db.selectFrom('library_items').selectAll().execute()).toEqual([]);
  });

  it('to no node with unusable reports, and to none without a URL', async () => {
    const { fra, sgp } = api.libraries;
    fra.storeId = '';
    sgp.freeBytes = Number.NaN;
    api.libraries.planned = [new ScriptedLibrary('lib-mad', 'frankfurt', ''), new ScriptedLibrary('lib-dark', 'tokyo')];
    const [unusableNode, nodeWithoutUrl] = api.libraries.planned;
    if (nodeWithoutUrl !== undefined) nodeWithoutUrl.publicUrl = '';
    api.libraries.plan();
    await api.telling.library.nodes.refresh();
    expect(await begin()).toMatchObject({ statusCode: 503 });
    expect([unusableNode?.uploads.size, nodeWithoutUrl?.uploads.size]).toEqual([0, 0]);
  });
});

describe('the URL of a content', () => {
  it('is that of its own node, else of a node with the same store inside the fence', async () => {
    const { nodes, contents } = api.telling.library;
    const twinNode = new ScriptedLibrary('lib-twin', 'tokyo', api.libraries.fra.storeId);
    api.libraries.planned.push(twinNode);
    api.libraries.plan();
    await nodes.refresh();
    const content = { node: 'lib-fra', store: twinNode.storeId };
    expect(contents.baseOf(content, '')).toBe('https://lib-fra.example.org');
    expect(contents.baseOf(content, 'tokyo')).toBe('https://lib-twin.example.org');
    expect(contents.baseOf(content, 'singapore')).toBeUndefined();
    api.libraries.planned = [api.libraries.sgp, twinNode];
    api.libraries.plan();
    expect(contents.baseOf(content, '')).toBe('https://lib-twin.example.org');
    expect(contents.baseOf({ node: 'lib-fra', store: 'other' }, '')).toBeUndefined();
  });
});
