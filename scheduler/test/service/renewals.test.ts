// A cluster that was off, or asleep, for days: its centre and nodes come back without an administrator.
import { limits } from '@meridian/protocol';
import { type Clock, renewLapsed } from '@meridian/runtime';
import { afterEach, expect, test } from 'vitest';
import { skippingClock, startCentre, until } from './support/centre.ts';
import { codeOf, enrolNode, frankfurt } from './support/fake-node.ts';

const threeDaysMs = 3 * 86_400_000;
const identity = { id: 'sfu-1', kind: 'sfu', region: frankfurt.region };

/** A clock that can skip time and run its periodic work at once, as after a sleep. */
function sleepingClock(): Clock & { sleep(ms: number): void } {
  const skipping = skippingClock();
  const periodic = new Set<() => void>();
  return {
    ...skipping,
    every(periodMs, fn) {
      periodic.add(fn);
      const timer = skipping.every(periodMs, fn);
      return {
        cancel() {
          periodic.delete(fn);
          timer.cancel();
        },
      };
    },
    sleep(ms) {
      skipping.skip(ms);
      for (const fn of periodic) fn();
    },
  };
}

let centre: Awaited<ReturnType<typeof startCentre>>;
afterEach(() => centre.close());

test('a centre that slept for three days shows a fresh certificate, and renews the certificates of nodes', async () => {
  const clock = sleepingClock();
  centre = await startCentre({ clock });
  const lapsed = await enrolNode(centre, identity);
  clock.sleep(threeDaysMs);
  const renew = () => renewLapsed({ urls: [centre.enrolUrl], credentials: lapsed, deadlineMs: 30_000, clock });
  // The centre's own certificate is renewed concurrently.
  const renewed = await until('the node is renewed', () => renew().catch(() => undefined));
  expect(renewed.identity).toEqual(identity);
  expect(renewed.notAfterMs).toBeGreaterThan(clock.wallMs() + limits.certificateLifetimeMs - 60_000);
  expect(await centre.metrics.registry.metrics()).toMatch(/certificates_total\{[^}]*how="renewed_lapsed"[^}]*\} 1/);

  await centre.centre.deny(identity.id, 'test');
  expect(await codeOf(renew())).toBe('RENEWAL_DENIED');
  clock.sleep(limits.lapsedRenewalMs);
  await centre.centre.allow(identity.id);
  expect(
    await until('the centre shows a certificate of now', async () => {
      const code = await codeOf(renew());
      return code === 'ENROL_CLOCK' ? undefined : code;
    }),
  ).toBe('RENEWAL_TOO_OLD');
});

test('a certificate of a centre is not renewed by its old key', async () => {
  const clock = sleepingClock();
  centre = await startCentre({ clock });
  const stolen = await centre.authority.issueCredentials({ ...identity, kind: 'scheduler' }, 60_000);
  const renew = renewLapsed({ urls: [centre.enrolUrl], credentials: stolen, deadlineMs: 30_000, clock });
  expect(await codeOf(renew)).toBe('RENEWAL_REFUSED');
});
