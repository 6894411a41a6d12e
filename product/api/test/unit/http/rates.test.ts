import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { usualRates } from '../../../src/http/rates.ts';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi({ rates: usualRates });
});
afterEach(() => api.close());

const get = (authorization: string, remoteAddress = '192.0.2.1') =>
  api.app.inject({ url: '/api/v1/caller', headers: { authorization }, remoteAddress });
const statuses = async (times: number, ask: () => ReturnType<typeof get>) => {
  const found: number[] = [];
  for (let at = 0; at < times; at += 1) found.push((await ask()).statusCode);
  return found;
};

describe('rates', () => {
  it('let an API key send a hundred requests at once, then fifty a second', async () => {
    const [ownToken, otherToken] = [await api.token({}), await api.token({}, tenants[1])];
    expect(new Set(await statuses(100, () => get(`Bearer ${ownToken}`)))).toEqual(new Set([200]));
    const refused = await get(`Bearer ${ownToken}`, '192.0.2.2');
    expect(refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.headers['retry-after']).toBe('1');
    expect((await get(`Bearer ${otherToken}`)).statusCode).toBe(200);
    expect((await get(`Bearer ${await api.token({}, operatorKey)}`)).statusCode).toBe(200);
    api.clock.advance(1000);
    const statusesLater = await statuses(51, () => get(`Bearer ${ownToken}`));
    expect([statusesLater.indexOf(429), statusesLater.at(-1)]).toEqual([50, 429]);
  });

  it('refuse an address after too many failed proofs, but never a valid proof from it', async () => {
    expect(new Set(await statuses(50, () => get('Bearer a.b.c', '2001:db8::1')))).toEqual(new Set([401]));
    expect((await get('', '2001:db8::2')).json().code).toBe('RATE_LIMITED');
    expect((await get('', '2001:db8:0:1::2')).json().code).toBe('TOKEN_MISSING');
    expect((await get(`Bearer ${await api.token({})}`, '2001:db8::1')).statusCode).toBe(200);
  });
});
