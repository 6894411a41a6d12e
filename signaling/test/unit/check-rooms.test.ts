import { type Access, isCheckRoom } from '@meridian/protocol';
import { ManualClock, seededRng } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import { CheckRooms } from '../../src/clients/check-rooms.ts';
import { bounds } from '../../src/limits.ts';

const nonce = 'n'.repeat(22);
const shown = { tenant: 'acme', identity: 'ann', room: 'lobby', roomKey: 'acme/lobby', fence: 'eu', mode: 'direct' };
const access = (o: Partial<Access> = {}): Access => ({ ...(shown as Access), ...o });
let clock: ManualClock;
let checks: CheckRooms;
let present: string[];
beforeEach(() => {
  clock = new ManualClock();
  present = [];
  checks = new CheckRooms({ clock, rng: seededRng('check'), checksMax: 2, roomKeys: () => present });
});

it('the room of a check depends on tenant, identity and nonce, whatever the token’s room is', () => {
  const { roomKey } = checks.accessOf(access(), nonce);
  expect(isCheckRoom(roomKey)).toBe(true);
  expect(checks.accessOf(access({ room: 'other' }), nonce).roomKey).toBe(roomKey);
  const different = [
    checks.accessOf(access({ tenant: 'acme2' }), nonce),
    checks.accessOf(access({ identity: 'bob' }), nonce),
    checks.accessOf(access(), `${nonce}n`),
    checks.accessOf(access({ identity: `ann\0${nonce}` }), nonce),
  ].map((one) => one.roomKey);
  expect(new Set([roomKey, ...different]).size).toBe(5);
});

it('a check has the regions and the mode of the token, and each session of a check has another identity', () => {
  const [a, b] = [checks.accessOf(access(), nonce), checks.accessOf(access(), nonce)];
  expect(a).toMatchObject({ tenant: 'acme', fence: 'eu', mode: 'direct', lobby: false, kind: 'standard' });
  expect(a.identity).not.toBe(b.identity);
});

it('the rate of checks holds for an identity over all rooms; beyond the bound the oldest identity is forgotten', () => {
  for (let at = 0; at < bounds.checkSessionsBurst; at += 1) checks.accessOf(access({ room: `${at}` }), nonce);
  const again = () => checks.accessOf(access(), nonce);
  expect(again).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: 10_000 }));
  checks.accessOf(access({ identity: 'bob' }), nonce);
  clock.advance(10_000);
  again();
  expect(again).toThrow(expect.objectContaining({ code: 'RATE_LIMITED' }));
  for (let at = 0; at < bounds.checkIdentitiesMax; at += 1) checks.accessOf(access({ identity: `i${at}` }), nonce);
  again();
});

it('a bounded number of checks is admitted, with all their sessions; a refusal does not count towards the rate', () => {
  const other = (identity: string) => checks.accessOf(access({ identity }), nonce);
  const { roomKey } = other('ann');
  present = ['acme/lobby', roomKey, 'acme/other', roomKey];
  present.push(other('bob').roomKey);
  for (let at = 0; at <= bounds.checkSessionsBurst; at += 1)
    expect(() => other('eve')).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', retryAfterMs: bounds.overloadRetryMs }),
    );
  expect(other('ann').roomKey).toBe(roomKey);
  present = [roomKey];
  expect(other('eve').roomKey).not.toBe(roomKey);
});
