import { expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.ts';
import { s3Error } from '../../src/core/s3-errors.ts';
import { hashRecordText, parseHashRecord, parseParts, partsText } from '../../src/core/s3-records.ts';
import { chunksOf, clearBytes, sealedBytes } from '../../src/core/sealed-objects.ts';

it.each([
  [undefined, undefined, 'STORE_UNREACHABLE'],
  ['TimeoutError', undefined, 'STORE_UNREACHABLE'],
  ['constructor', undefined, 'STORE_UNREACHABLE'],
  ['AccessDenied', 403, 'STORE_DENIED'],
  ['InvalidAccessKeyId', 403, 'STORE_DENIED'],
  ['SignatureDoesNotMatch', 403, 'STORE_DENIED'],
  ['RequestTimeTooSkewed', 403, 'STORE_DENIED'],
  ['Other', 401, 'STORE_DENIED'],
  ['ExpiredToken', 400, 'STORE_DENIED'],
  ['CredentialsProviderError', undefined, 'STORE_DENIED'],
  ['NoSuchBucket', 404, 'STORE_DENIED'],
  ['NoSuchKey', 404, 'OBJECT_MISSING'],
  ['NoSuchUpload', 404, 'STORE_UNREACHABLE'],
  ['PreconditionFailed', 412, 'OBJECT_EXISTS'],
  ['ConditionalRequestConflict', 409, 'STORE_UNREACHABLE'],
  ['BadDigest', 400, 'HASH_MISMATCH'],
  ['XAmzContentChecksumMismatch', 400, 'HASH_MISMATCH'],
  ['XMinioStorageFull', 507, 'STORE_FULL'],
  ['XMinioAdminBucketQuotaExceeded', 400, 'STORE_FULL'],
  ['Other', 507, 'STORE_FULL'],
  ['SlowDown', 503, 'STORE_UNREACHABLE'],
  ['Other', 500, 'STORE_UNREACHABLE'],
  ['Other', 429, 'STORE_UNREACHABLE'],
  ['Other', 400, 'STORE_REFUSED'],
  ['EntityTooLarge', 400, 'STORE_REFUSED'],
  ['KeyTooLongError', 400, 'STORE_REFUSED'],
])('maps %s with the status %s to %s', (name, httpStatusCode, code) => {
  expect(s3Error({ name, $metadata: { httpStatusCode } })).toMatchObject({ code });
});

it('maps every thrown value, and keeps its own errors', () => {
  for (const thrown of [null, undefined, 'text', 5]) expect(s3Error(thrown)).toBeInstanceOf(StoreError);
  const own = new StoreError('STORE_FULL');
  expect(s3Error(own)).toBe(own);
});

it('reads the records that it writes, and no others', () => {
  const sha256 = 'ab'.repeat(32);
  for (const composite of ['x-2', undefined]) {
    const record = { bytes: 5, sha256, composite };
    expect(parseHashRecord(hashRecordText(record))).toEqual(record);
  }
  for (const text of [
    '',
    'x',
    `${sha256} 5 x`,
    `${sha256} -5 x\n`,
    `${sha256} 5 x\nmore\n`,
    `${sha256} 5 ${'x'.repeat(99)}\n`,
  ])
    expect(parseHashRecord(text), text).toBeUndefined();
  const parts = [
    { bytes: 5, sha256 },
    { bytes: 6, sha256: undefined },
  ];
  expect(parseParts(partsText(parts))).toEqual(parts);
  for (const text of ['', '\n', '5 x\n', `5 ${sha256}`, `5 ${sha256}\n\n`, `-5 ${sha256}\n`])
    expect(parseParts(text), text).toBeUndefined();
});

it('finds chunks and sizes of sealed objects', () => {
  for (const clear of [0, 1, 65_535, 65_536, 65_537, 131_072, 5_242_880])
    expect(clearBytes(sealedBytes(clear))).toBe(clear);
  for (const sealed of [1, 28, 65_564 + 1, 65_564 + 28]) expect(clearBytes(sealed), String(sealed)).toBeUndefined();
  expect(chunksOf({ from: 65_535, bytes: 2 }, 65_540)).toEqual({
    first: 0,
    sealed: { from: 0, bytes: 65_540 + 56 },
    clearBytes: 65_540,
    before: 65_535,
  });
  expect(chunksOf({ from: 65_536, bytes: 1 }, 200_000)).toMatchObject({
    sealed: { from: 65_564, bytes: 65_564 },
    before: 0,
  });
});
