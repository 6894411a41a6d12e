import { type Logger, ManualClock } from '@meridian/runtime';
import { beforeEach, expect, it } from 'vitest';
import { ADDRESSES_MAX, QUIET_MS, RefusalLog } from '../../src/adapters/refusal-log.ts';

let clock: ManualClock;
let refusals: RefusalLog;
let lines: unknown[];
beforeEach(() => {
  clock = new ManualClock({ nowMs: 1000 });
  lines = [];
  const log = { info: (fields: object, text: string) => lines.push({ ...fields, text }) } as unknown as Logger;
  refusals = new RefusalLog({ clock, log });
});
const refuse = (address: string): void => refusals.refused(address, { code: 'TOKEN_INVALID' }, 'refused');

it('the first refusal of an address is logged, then one refusal a minute with the number of omitted refusals', () => {
  for (let at = 0; at < 5000; at += 1) refuse('192.0.2.1');
  clock.advance(QUIET_MS - 1);
  refuse('192.0.2.1');
  expect(lines).toEqual([{ address: '192.0.2.1', code: 'TOKEN_INVALID', leftOut: 0, text: 'refused' }]);
  clock.advance(1);
  refuse('192.0.2.1');
  expect(lines[1]).toMatchObject({ leftOut: 5000 });
});

it('another address has a line of its own, unlike the rest of an IPv6 /64', () => {
  for (const address of ['2001:db8::1', '2001:db8::2', '2001:db8:1::1']) refuse(address);
  expect(lines).toHaveLength(2);
});

it('many addresses share one line, and are forgotten', () => {
  const many = (): void => {
    for (let at = 0; at < 10 * ADDRESSES_MAX; at += 1) refuse(`192.0.${at >> 8}.${at & 255}`);
  };
  many();
  expect(lines).toHaveLength(ADDRESSES_MAX + 1);
  clock.advance(QUIET_MS);
  refuse('198.51.100.1');
  expect(lines.at(-1)).toMatchObject({ address: '198.51.100.1', leftOut: 0 });
  many();
  expect(lines.length).toBeLessThanOrEqual(2 * (ADDRESSES_MAX + 1));
});
