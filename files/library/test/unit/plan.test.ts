import { BLOCK_BYTES, LIBRARY_FILE_BYTES_MAX, UPLOAD_PARTS_MAX } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { isSamePlan, planIssue, planText, readPlan, type UploadPlan } from '../../src/core/plan.ts';

const whole = BLOCK_BYTES + 100;
const plan = (o: Partial<Record<keyof UploadPlan, unknown>> = {}): UploadPlan =>
  Object.assign(
    {
      tenant: 'acme',
      uploadId: 'up_1',
      bytes: whole,
      parts: [{ from: 0, bytes: whole }],
      copies: [],
      blocks: '',
      sha256: '',
      name: 'film.mp4',
      expiresWallMs: 1,
      owner: 'ann',
    },
    o as Partial<UploadPlan>,
  );
const part = (from: number, bytes: number) => ({ from, bytes });
const copy = (from: number, bytes: number, o = {}) =>
  Object.assign({ from, bytes, contentId: 'up_9', contentFrom: 3 }, o);
const hash = 'ab'.repeat(32);

it.each<[string, Partial<Record<keyof UploadPlan, unknown>>]>([
  ['a tenant with a slash', { tenant: 'a/b' }],
  ['no tenant', { tenant: '' }],
  ['a path as id', { uploadId: '../up_1' }],
  ['no bytes', { bytes: 0, parts: [] }],
  ['half a byte', { bytes: 0.5, parts: [part(0, 0.5)] }],
  ['not a number', { bytes: Number.NaN }],
  ['too large', { bytes: LIBRARY_FILE_BYTES_MAX + 1, parts: [part(0, LIBRARY_FILE_BYTES_MAX + 1)] }],
  ['no parts', { parts: [] }],
  ['a hole', { parts: [part(BLOCK_BYTES, 100)] }],
  ['a missing end', { parts: [part(0, BLOCK_BYTES)] }],
  ['bytes twice', { parts: [part(0, whole), part(0, whole)] }],
  ['an overlap', { parts: [part(0, BLOCK_BYTES), part(0, 100)] }],
  ['a part beyond the end', { parts: [part(0, whole + 1)] }],
  ['a negative part', { parts: [part(0, whole + 5), part(whole + 5, -5)] }],
  ['an empty part', { parts: [part(0, whole), part(whole, 0)] }],
  ['a border within a block', { parts: [part(0, 10), part(10, whole - 10)] }],
  ['a copy that ends within a block', { parts: [part(10, whole - 10)], copies: [copy(0, 10)] }],
  ['a copy of no content', { parts: [part(BLOCK_BYTES, 100)], copies: [copy(0, BLOCK_BYTES, { contentId: '..' })] }],
  ['a copy from before', { parts: [part(BLOCK_BYTES, 100)], copies: [copy(0, BLOCK_BYTES, { contentFrom: -1 })] }],
  ['too many parts', { parts: Array.from({ length: UPLOAD_PARTS_MAX + 1 }, () => part(0, 1)) }],
  ['one hash too few', { blocks: hash }],
  ['one hash too many', { blocks: hash.repeat(3) }],
  ['capital digits', { blocks: hash.toUpperCase().repeat(2) }],
  ['a short hash of the whole', { sha256: 'ab' }],
  ['a long name', { name: 'n'.repeat(256) }],
  ['a long owner', { owner: 'o'.repeat(129) }],
  ['no time', { expiresWallMs: Number.POSITIVE_INFINITY }],
])('a plan is refused: %s', (_what, o) => {
  expect(planIssue(plan(o))).toEqual(expect.any(String));
  expect(readPlan(planText(plan(o)))).toBeUndefined();
});

it.each<[string, Partial<Record<keyof UploadPlan, unknown>>]>([
  ['one part', {}],
  ['parts in any order', { parts: [part(BLOCK_BYTES, 100), part(0, BLOCK_BYTES)] }],
  ['a part and a copy', { parts: [part(BLOCK_BYTES, 100)], copies: [copy(0, BLOCK_BYTES)] }],
  ['copies alone', { parts: [], copies: [copy(0, whole)] }],
  ['hashes', { blocks: hash.repeat(2), sha256: hash }],
])('a plan with %s is accepted, and read as it was written', (_what, o) => {
  expect(planIssue(plan(o))).toBeUndefined();
  expect(readPlan(planText(plan(o)))).toEqual(plan(o));
});

it('reads a plan of an earlier version, which has no owner', () => {
  expect(readPlan(planText(plan({ owner: undefined })))).toEqual(plan({ owner: '' }));
});

it.each(['', '{', 'null', '[]', '{"tenant":1}', planText(plan()).slice(0, -20)])('reads no plan from %j', (text) => {
  expect(readPlan(text)).toBeUndefined();
});

it('a plan with another expiry is the same plan', () => {
  expect(isSamePlan(plan(), plan({ expiresWallMs: 9 }))).toBe(true);
  expect(isSamePlan(plan(), plan({ owner: '' }))).toBe(true);
  expect(isSamePlan(plan(), plan({ name: 'other' }))).toBe(false);
  expect(isSamePlan(plan(), plan({ parts: [part(0, BLOCK_BYTES), part(BLOCK_BYTES, 100)] }))).toBe(false);
});
