// Every kind of target against every attack of target-attacks.ts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askOf,
  bareHost,
  bodyAt,
  insideHosts,
  makeTarget,
  oddValues,
  type TargetKind,
  targetKinds,
} from '../support/target-attacks.ts';
import { type TestApi, testApi } from '../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const kinds = Object.entries(targetKinds);
/** Removes targets, of which an operator may have few. */
const free = async (): Promise<void> => {
  await api.store.db.deleteFrom('alarm_receivers').execute();
  await api.store.db.deleteFrom('webhooks').execute();
};

describe.each(kinds)('%s', (name, kind: TargetKind) => {
  const hostIn = (host: string): string => (kind.pointer.endsWith('/host') ? bareHost(host) : host);

  it.each(Object.entries(kind.moves))('keeps no secret with another %s', async (_what, move) => {
    await free();
    const path = await makeTarget(api, kind);
    const refused = { status: 400, code: 'REQUEST_INVALID', pointers: kind.secretPointers };
    expect(await askOf(api, kind, 'PATCH', path, move)).toMatchObject(refused);
    const { settings: moved, ...rest } = move as { settings?: object };
    const { settings: secrets, ...others } = kind.secrets as { settings?: object };
    const whole = { ...rest, ...others, ...(moved !== undefined && { settings: { ...moved, ...secrets } }) };
    expect(await askOf(api, kind, 'PATCH', path, whole)).toMatchObject({ status: 200 });
  });

  it.each(insideHosts)('is refused at %s when it is made and when it is changed', async (host) => {
    await free();
    const refused = { status: 403, code: 'TARGET_REFUSED', pointers: [kind.pointer] };
    expect(await askOf(api, kind, 'POST', kind.path, bodyAt(kind, hostIn(host)))).toMatchObject(refused);
    const path = await makeTarget(api, kind);
    expect(await askOf(api, kind, 'PATCH', path, kind.at(hostIn(host)))).toMatchObject(refused);
  });

  it.each(oddValues[name] ?? [])('is refused with %s', async (_what, change, pointer) => {
    await free();
    const path = await makeTarget(api, kind);
    const refused = { status: 400, code: 'REQUEST_INVALID', pointers: [pointer] };
    expect(await askOf(api, kind, 'PATCH', path, change)).toMatchObject(refused);
  });
});
