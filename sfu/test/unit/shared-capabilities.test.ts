import { type RtpCapabilities, routerConstant } from '@meridian/protocol';
import { expect, it } from 'vitest';
import { SharedCapabilities, sharedCapabilitiesMax } from '../../src/media/shared-capabilities.ts';

const chromium = (): RtpCapabilities => structuredClone(routerConstant.capabilities);
const numbered = (n: number): RtpCapabilities => ({ codecs: [], headerExtensions: [{ uri: `x:${n}` }] }) as never;

it('equal capabilities become one object, different ones do not', () => {
  const shared = new SharedCapabilities();
  const first = shared.share(chromium());
  expect(shared.share(chromium())).toBe(first);
  expect(first).toEqual(routerConstant.capabilities);
  const other = { ...chromium(), headerExtensions: [] };
  expect(shared.share(other)).toBe(other);
});

it('beyond the bound the oldest are forgotten', () => {
  const shared = new SharedCapabilities();
  const first = shared.share(numbered(0));
  for (let n = 1; n < sharedCapabilitiesMax; n += 1) shared.share(numbered(n));
  expect(shared.share(numbered(0))).toBe(first);
  const latest = shared.share(numbered(sharedCapabilitiesMax));
  expect(shared.share(numbered(sharedCapabilitiesMax))).toBe(latest);
  expect(shared.share(numbered(0))).not.toBe(first);
});
