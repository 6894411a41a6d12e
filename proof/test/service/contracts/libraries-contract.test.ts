// Contract of library nodes towards the api, by a real node's parts and by the double of the api's tests.
import { createHash, randomBytes } from 'node:crypto';
import { rpc, serve, type wire } from '@meridian/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { library, planOf } from '../../../../files/library/test/support/library.ts';
import { send } from '../../../../files/library/test/support/sending.ts';
import { ScriptedLibraries } from '../../../../product/api/test/support/scripted-libraries.ts';
import { type Ask, linkedTo } from './node.ts';

interface LibraryUnderTest {
  readonly ask: Ask;
  /** Uploads all bytes of an open upload of acme; the api keeps them. Returns the report that the api received. */
  uploadAll(uploadId: string, bytes: Buffer): Promise<wire.UploadEnded.$Properties>;
}

async function scripted(): Promise<LibraryUnderTest> {
  const { fra } = new ScriptedLibraries();
  const links = new ScriptedLibraries();
  const reports: wire.UploadEnded[] = [];
  serve(fra.ofApi, rpc.uploadEnded, (ended) => {
    reports.push(ended);
    return { keep: true };
  });
  links.planned = [fra];
  return {
    ask: (kind, message) => links.withLibraries(nothing).call('lib-fra', kind, message, 0),
    uploadAll: async (uploadId, bytes) => {
      await fra.ended('acme', uploadId, bytes);
      return reports.at(-1) ?? {};
    },
  };
}
const nothing = { linkedNodes: () => [], call: () => Promise.reject(new Error('no other node')) };

async function node(): Promise<LibraryUnderTest> {
  const ownLibrary = await library({ cover: async () => Buffer.from('a cover') });
  ownLibrary.join();
  onTestFinished(async () => {
    await ownLibrary.stop();
    await ownLibrary.remove();
  });
  return {
    ask: await linkedTo((link) => ownLibrary.uploads.serveOn(link)),
    uploadAll: async (uploadId, bytes) => {
      await send(ownLibrary.urlOf(0, uploadId), bytes);
      await until('the api is told', () => ownLibrary.api.ended.some((ended) => ended.uploadId === uploadId));
      return ownLibrary.api.ended.find((ended) => ended.uploadId === uploadId) ?? {};
    },
  };
}

const film = randomBytes(5000);
const sha256Of = (...parts: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const bad = [
  ['no tenant', { tenant: '' }],
  ['no content', { uploadId: '../up_1', contentId: '../up_1' }],
] as const;

describe.each([
  ['the double', scripted],
  ['a library node', node],
])('contract of library nodes: %s', (_, make) => {
  const opened = async () => {
    const subject = await make();
    const { ask } = subject;
    const open = (o: Parameters<typeof planOf>[1] = {}) => {
      const plan = planOf(film.length, o);
      return ask(rpc.openUpload, { ...plan, blocks: new Uint8Array(), parts: [...plan.parts], copies: [] });
    };
    const drop = (o: wire.DropUpload.$Properties = {}) =>
      ask(rpc.dropUpload, { tenant: 'acme', uploadId: 'up_1', ...o });
    const erase = (o: wire.EraseContent.$Properties = {}) =>
      ask(rpc.eraseContent, { tenant: 'acme', contentId: 'up_1', ...o });
    const cover = (o: wire.MakeCover.$Properties = {}) =>
      ask(rpc.makeCover, { tenant: 'acme', contentId: 'up_1', atMs: 700, ...o });
    const digest = async (range: wire.ContentRange.$Properties = {}, tenant = 'acme') => {
      const ranges = [{ contentId: 'up_1', from: 1000, bytes: 10, ...range }];
      const { sha256 } = await ask(rpc.digestContents, { tenant, nonce, ranges });
      return Buffer.from(sha256).toString('hex');
    };
    return { ...subject, open, drop, erase, cover, digest };
  };
  const nonce = randomBytes(16);

  it('reports its store, the room in its spool, and the files that it takes', async () => {
    const { ask } = await opened();
    const { storeId, freeBytes, kinds } = await ask(rpc.libraryFacts, {});
    expect([storeId !== '', freeBytes > 0, [...kinds].sort()]).toEqual([
      true,
      true,
      ['audio', 'document', 'image', 'video'],
    ]);
  });

  it('takes an upload once, even if it is opened again, and reports it to the api', async () => {
    const { open, uploadAll } = await opened();
    await open();
    await open({ expiresWallMs: Date.now() + 7_200_000 });
    const ended = await uploadAll('up_1', film);
    expect(ended).toMatchObject({ tenant: 'acme', uploadId: 'up_1', code: '', bytes: film.length, kind: 'video' });
    expect([ended.sha256, Buffer.from(ended.blocks ?? []).toString('hex')]).toEqual([sha256Of(film), sha256Of(film)]);
  });

  it('refuses another upload of the same name, and an upload without a name', async () => {
    const { open } = await opened();
    await open();
    await expect(open({ name: 'other.mp4' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    for (const [, names] of bad) await expect(open(names)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('drops an upload, known or unknown, and lets another open under its name', async () => {
    const { open, drop } = await opened();
    await drop();
    await open();
    await drop();
    await open({ name: 'other.mp4' });
    for (const [, names] of bad) await expect(drop(names)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('digests ranges of its content until it is erased', async () => {
    const { open, uploadAll, digest, erase } = await opened();
    await open();
    await uploadAll('up_1', film);
    expect(await digest()).toBe(sha256Of(nonce, film.subarray(1000, 1010)));
    await erase();
    await erase();
    await expect(digest()).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('digests no incomplete content, and none of another tenant', async () => {
    const { open, uploadAll, digest } = await opened();
    await open();
    await uploadAll('up_1', film);
    for (const range of [{ contentId: 'up_2' }, { from: 4991 }])
      await expect(digest(range)).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(digest({}, 'other')).rejects.toMatchObject({ code: 'INTERNAL' });
    for (const range of [{ bytes: 0 }, { from: 0.5 }, { contentId: '../up_1' }])
      await expect(digest(range)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('makes covers of its content', async () => {
    const { open, uploadAll, cover } = await opened();
    await open();
    await expect(cover()).rejects.toMatchObject({ code: 'INTERNAL' });
    await uploadAll('up_1', film);
    expect(await cover()).toEqual({});
    await expect(cover({ atMs: -1 })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(cover({ tenant: 'other' })).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
