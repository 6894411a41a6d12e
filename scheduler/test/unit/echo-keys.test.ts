import { expect, test } from 'vitest';
import { echoKeys } from '../../src/locating/echo-keys.ts';

const secret = 'a cluster secret of the tests that is long enough';
const day = 24 * 3600_000;

test('the key of a day seals on that day and still opens on the next, at every instance with the secret', () => {
  const [today, yesterday] = echoKeys({ clusterSecret: secret }, 20_000 * day);
  const [tomorrow, today2] = echoKeys({ clusterSecret: secret }, 20_001 * day);
  expect(today2).toEqual(today);
  expect(new Set([today?.id, yesterday?.id, tomorrow?.id]).size).toBe(3);
  expect(echoKeys({ clusterSecret: secret }, 20_000 * day + day - 1)).toEqual([today, yesterday]);
  expect(echoKeys({ clusterSecret: `${secret}!` }, 20_000 * day)[0]?.key).not.toEqual(today?.key);
});

test('while the secret is replaced the new secret’s key seals, and receipts sealed under either secret open', () => {
  const [clusterSecret, clusterSecretBefore] = [`${secret}!`, secret];
  const keys = echoKeys({ clusterSecret, clusterSecretBefore }, 20_000 * day);
  expect(keys).toEqual([
    ...echoKeys({ clusterSecret }, 20_000 * day),
    ...echoKeys({ clusterSecret: clusterSecretBefore }, 20_000 * day),
  ]);
});
