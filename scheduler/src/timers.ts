// The centre's periodic work.
import { limits } from '@meridian/protocol';
import type { Credentials } from '@meridian/runtime';
import type { Links } from './adapters/links/links.ts';
import { updateGauges } from './administration/gauges.ts';
import type { CentreMetrics } from './base/metrics.ts';
import type { SchedulerDeps } from './deps.ts';
import type { Terms } from './leading/terms.ts';
import type { Admitting } from './placing/admitting.ts';
import type { Regions } from './regions.ts';

/** Interval of the checks of liveness and lapsing charges; decisions check the time themselves. */
const TICK_MS = 250;
const GAUGES_MS = 1000;
/** Interval of sending the keys of receipts, which change daily, so that a signaling node misses them only briefly. */
const ECHO_KEYS_MS = 300_000;
/** Remaining life at which the centre renews its own certificate: a third. */
const OWN_LEFT_MS = limits.certificateLifetimeMs / 3;
/** Interval of the check, by the wall clock, because the certificate of a machine that slept for days has expired. */
const OWN_CHECK_MS = 60_000;

export function startTimers(o: {
  deps: SchedulerDeps;
  terms: Terms;
  admitting: Admitting;
  links: Links;
  metrics: CentreMetrics;
  regions: Regions;
  ownCredentials: () => Promise<Credentials>;
  /** Wall time at which the centre's present certificate expires. */
  ownUntilMs: number;
}): void {
  const { clock, log, closeStack } = o.deps;
  const { terms } = o;
  let ownUntilMs = o.ownUntilMs;
  let planVersion = terms.centre.fleet.planVersion;
  const timers = [
    clock.every(TICK_MS, () => {
      const { centre } = terms;
      centre.tick();
      // Only the centre that leads moves sessions.
      if (terms.mayDecide() && o.regions.instance === undefined) centre.tickMoves();
      centre.routing.fleetChanged();
      if (centre.fleet.planVersion !== planVersion) o.links.planChanged();
      planVersion = centre.fleet.planVersion;
    }),
    clock.every(GAUGES_MS, () => {
      terms.copy.retry();
      terms.centre.access.flush();
      o.admitting.update();
      o.metrics.leading.set(terms.mayDecide() ? 1 : 0);
      o.metrics.epoch.set(terms.epoch);
      o.regions.updateGauges();
      updateGauges(terms.centre, o.metrics, o.links.size, clock.nowMs());
    }),
    clock.every(ECHO_KEYS_MS, () => o.links.sendEchoKeys()),
    clock.every(OWN_CHECK_MS, () => {
      if (ownUntilMs - clock.wallMs() > OWN_LEFT_MS) return;
      o.ownCredentials()
        .then((credentials) => {
          ownUntilMs = credentials.notAfterMs;
          o.links.replaceCredentials(credentials);
        })
        .catch((error: unknown) => log.error({ err: error }, 'the own certificate could not be renewed'));
    }),
  ];
  closeStack.add('timers', () => {
    for (const timer of timers) timer.cancel();
  });
}
