// Reactions of an upload to the api's answers, without a node.
import { MeridianApiError, type MeridianClient } from '@meridian/api-client';
import { expect, it } from 'vitest';
import { uploadApiOf } from '../../src/api.ts';
import { ProgressReporter } from '../../src/core/progress-reporter.ts';
import { FILE_BYTES_MAX } from '../../src/core/ranges.ts';
import type { Upload, UploadApi, UploadProgress } from '../../src/types.ts';
import { uploadBy } from '../../src/upload.ts';
import { bytesOf, memorySource, withoutWaits } from '../support/scripted.ts';

const file = bytesOf(5000);
const done: Upload = { id: 'up_1', item: 'it_1', bytes: file.length, state: 'done', parts: [], knownBytes: 0 };
const openUpload: Upload = Object.assign({}, done, { state: 'open' });
const proofUpload: Upload = Object.assign({}, done, {
  state: 'proof',
  knownBytes: file.length,
  proof: { nonce: 'AQID', ranges: [{ from: 10, bytes: 20 }] },
});
const unreachable = () => new MeridianApiError('API_UNREACHABLE', 'no answer');

/** Answers of each operation in order; the last one repeats. */
type Script = { [Name in keyof UploadApi]?: readonly (Upload | undefined | Error)[] };
function apiOf(script: Script): UploadApi & { readonly calls: string[] } {
  const calls: string[] = [];
  const answer = async (name: keyof UploadApi): Promise<Upload | undefined> => {
    const at = calls.filter((call) => call === name).length;
    calls.push(name);
    const answers = script[name] ?? [name === 'find' ? undefined : done];
    const one = answers[Math.min(at, answers.length - 1)];
    if (one instanceof Error) throw one;
    return one;
  };
  const certain = async (name: keyof UploadApi): Promise<Upload> => (await answer(name)) as Upload;
  return {
    calls,
    find: () => answer('find'),
    create: () => certain('create'),
    prove: () => certain('prove'),
    get: () => certain('get'),
  };
}
const uploaded = (api: UploadApi, source = memorySource(file)) => uploadBy({ source, api, about: {} }, withoutWaits);

it.each([
  { what: 'before the file', parts: [{ from: -1, bytes: 5, url: '' }] },
  { what: 'behind the file', parts: [{ from: 4990, bytes: 11, url: '' }] },
  { what: 'of no bytes', parts: [{ from: 0, bytes: 0, url: '' }] },
  { what: 'of half a byte', parts: [{ from: 0.5, bytes: 1, url: '' }] },
  { what: 'that are no numbers', parts: [{ from: Number.NaN, bytes: 1, url: '' }] },
])('parts $what are not sent', async ({ parts }) => {
  const planned = Object.assign({}, openUpload, { parts });
  await expect(uploaded(apiOf({ create: [planned] }))).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
});

it('a proof that would not fit into memory is not read', async () => {
  const large = bytesOf(2_000_000);
  const source = memorySource(large);
  const proof = { nonce: 'AQID', ranges: [{ from: 0, bytes: 1_500_000 }] };
  const api = apiOf({ create: [Object.assign({}, proofUpload, { bytes: large.length, proof })] });
  await expect(uploaded(api, source)).rejects.toMatchObject({ code: 'ANSWER_UNREADABLE' });
  expect(source.reads.some(({ bytes }) => bytes === 1_500_000)).toBe(false);
});

it('files without bytes, and larger than any upload, are refused before they are read', async () => {
  const api = apiOf({});
  await expect(uploaded(api, memorySource(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'FILE_EMPTY' });
  const huge = Object.assign(memorySource(file), { bytes: FILE_BYTES_MAX + 1 });
  await expect(uploaded(api, huge)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  expect(api.calls).toEqual([]);
});

it('refusals of the api keep their code and their error', async () => {
  const quota = new MeridianApiError('QUOTA_EXCEEDED', 'The tenant keeps all that it may.', { status: 403 });
  await expect(uploaded(apiOf({ create: [quota] }))).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED', cause: quota });
  const fault = new TypeError('a fault of the caller');
  await expect(uploaded(apiOf({ create: [fault] }))).rejects.toBe(fault);
});

it('an api that is away ends an upload that has not begun; an upload that has begun waits for the api', async () => {
  const away = apiOf({ find: [unreachable()] });
  await expect(uploaded(away)).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  const passing = [unreachable(), new MeridianApiError('UNKNOWN', 'busy', { status: 503 })];
  const api = apiOf({ create: [...passing, openUpload], get: [...passing, unreachable(), openUpload, done] });
  expect(await uploaded(api)).toEqual(done);
  expect(api.calls.filter((call) => call === 'create')).toHaveLength(3);
});

it.each([
  { state: 'expired', code: 'EXPIRED' },
  { state: 'refused', code: 'REFUSED', failure: { code: 'MALWARE_FOUND', detail: 'Eicar-Test' } },
])('an upload that is $state after it was sent rejects with $code', async ({ code, ...ended }) => {
  const { failure } = ended;
  const error = uploaded(
    apiOf({ create: [openUpload], get: [openUpload, openUpload, Object.assign({}, done, ended)] }),
  );
  await expect(error).rejects.toMatchObject({ code, failure });
});

it('content that the tenant has is proven, and not sent', async () => {
  const api = apiOf({ create: [proofUpload], prove: [openUpload] });
  expect(await uploaded(api)).toEqual(done);
  expect(api.calls).toEqual(['find', 'create', 'prove', 'get']);
});

it('after a lost answer to a proof, the upload is read: a proof that was not received is sent again', async () => {
  const lost = apiOf({ create: [proofUpload], prove: [unreachable()], get: [openUpload, done] });
  expect(await uploaded(lost)).toEqual(done);
  expect(lost.calls.filter((call) => call === 'prove')).toHaveLength(1);
  const unheard = apiOf({ create: [proofUpload], prove: [unreachable(), openUpload], get: [proofUpload, done] });
  expect(await uploaded(unheard)).toEqual(done);
  expect(unheard.calls.filter((call) => call === 'prove')).toHaveLength(2);
});

it('an upload that was found waiting for its proof continues with the proof', async () => {
  const api = apiOf({ find: [proofUpload], prove: [openUpload] });
  await uploaded(api);
  expect(api.calls).toEqual(['find', 'prove', 'get']);
});

it('an upload that was found with another size is not resumed', async () => {
  const api = apiOf({ find: [Object.assign({}, openUpload, { bytes: 17 })] });
  await uploaded(api);
  expect(api.calls).toEqual(['find', 'create']);
});

it('a hanging call of the api is abandoned when the signal fires', async () => {
  const stop = new AbortController();
  const api = Object.assign(apiOf({}), { find: () => new Promise<undefined>(() => stop.abort()) });
  const ended = uploadBy({ source: memorySource(file), api, about: {}, signal: stop.signal }, withoutWaits);
  await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
});

it('the caller’s texts are sent, but cannot change the name of the file', async () => {
  const bodies: unknown[] = [];
  const api = apiOf({});
  const create: UploadApi['create'] = async (body) => {
    bodies.push(body);
    return done;
  };
  const about = Object.assign({ title: 'Talk', tags: ['a'] }, { name: 'other', bytes: 1 });
  await uploadBy({ source: memorySource(file), api: Object.assign(api, { create }), about }, withoutWaits);
  expect(bodies).toEqual([expect.objectContaining({ title: 'Talk', tags: ['a'], name: 'talk.mp4', bytes: 5000 })]);
});

it('progress is shown ten times a second, and at each change of phase', () => {
  const shown: UploadProgress[] = [];
  const progress = new ProgressReporter(1000, (each) => shown.push(each));
  progress.enter('sending', { bytes: 0, knownBytes: 100 }, 0);
  for (let ms = 1; ms <= 1000; ms++) progress.reach(ms, ms);
  expect(shown).toHaveLength(11);
  progress.reach(5, 2000);
  expect(shown).toHaveLength(11);
  progress.enter('checking', { bytes: 1000, knownBytes: 100 }, 2001);
  expect(shown.at(-1)).toEqual({ phase: 'checking', bytes: 1000, bytesTotal: 1000, knownBytes: 100 });
});

it('the api’s client finds the newest unfinished upload of the owner, with its URLs', async () => {
  const asked: unknown[] = [];
  const client = {
    get: async (path: string, { params }: { params: unknown }) => {
      asked.push([path, params]);
      const listed = [
        done,
        Object.assign({}, openUpload, { id: 'up_2' }),
        Object.assign({}, openUpload, { id: 'up_3' }),
      ];
      return path === '/library/uploads'
        ? { data: listed }
        : Object.assign({}, openUpload, { id: 'up_2', knownBytes: 7 });
    },
  } as unknown as MeridianClient;
  expect(await uploadApiOf(client, { owner: 'ann' }).find('f00')).toMatchObject({ id: 'up_2', knownBytes: 7 });
  expect(asked).toEqual([
    ['/library/uploads', { query: { fingerprint: 'f00', owner: 'ann' } }],
    ['/library/uploads/{upload}', { path: { upload: 'up_2' } }],
  ]);
});
