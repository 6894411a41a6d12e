import { describe, expect, test } from 'vitest';
import { ACCEPT_OLD_MS, KeyRing, SEND_OLD_MS } from '../../src/key-ring.ts';

describe('the keys of a pair', () => {
  const [monday, tuesday] = [Uint8Array.of(1), Uint8Array.of(2)];

  test('accept a new key at once and use it a little later; the old key is accepted for an hour', () => {
    const keys = new KeyRing();
    expect([keys.keyForSending(0), keys.acceptedKeys(0)]).toEqual([undefined, []]);
    keys.set(monday, 0);
    expect([keys.keyForSending(0), keys.acceptedKeys(0), keys.nextChangeMs(0)]).toEqual([monday, [monday], undefined]);
    const at = 1_000_000;
    expect(keys.set(tuesday, at)).toBe(true);
    expect([keys.keyForSending(at), keys.acceptedKeys(at)]).toEqual([monday, [tuesday, monday]]);
    expect(keys.keyForSending(at + SEND_OLD_MS)).toBe(tuesday);
    expect(keys.acceptedKeys(at + ACCEPT_OLD_MS - 1)).toEqual([tuesday, monday]);
    expect(keys.acceptedKeys(at + ACCEPT_OLD_MS)).toEqual([tuesday]);
    const changes = [at, at + SEND_OLD_MS, at + ACCEPT_OLD_MS].map((ms) => keys.nextChangeMs(ms));
    expect(changes).toEqual([at + SEND_OLD_MS, at + ACCEPT_OLD_MS, undefined]);
  });

  test('do not change when the same key is set again', () => {
    const keys = new KeyRing();
    keys.set(monday, 0);
    expect(keys.set(Uint8Array.of(1), 10)).toBe(false);
    expect(keys.acceptedKeys(10)).toEqual([monday]);
  });
});
