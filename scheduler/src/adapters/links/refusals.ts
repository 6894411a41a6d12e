// An instance tells the leader whom it has turned away: the leader starts hosts, also for a region where it places nobody itself.
import { type ControlLink, call, errorInfoOf, rpc } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { Centre } from '../../centre.ts';
import { RefusalsTold } from '../../core/autoscale/unserved.ts';
import type { Terms } from '../../terms.ts';
import { refusalsToWire } from './world-wire.ts';

/** Between two looks at who waits: well below the shortest wait that is told, 1 s. */
const TELL_MS = 250;
/** A leader that is slower is told again: what it has heard twice counts once. */
const TOLD_DEADLINE_MS = 1000;

/** Begins on a link to a leader that has taken this instance; the next link begins anew, because its leader may be another. */
export function tellRefusals(o: {
  readonly link: ControlLink & { readonly closed: boolean };
  readonly clock: Clock;
  readonly log: Logger;
  terms(): Pick<Terms, 'mayDecide'> & { readonly centre: Pick<Centre, 'unserved'> };
}): Timer {
  const { link, clock, log } = o;
  let told = new RefusalsTold();
  let toldOf: unknown;
  let isTelling = false;
  const tell = async (): Promise<void> => {
    while (!link.closed && o.terms().mayDecide()) {
      const { unserved } = o.terms().centre;
      // Those of an earlier term wait on, though nobody here remembers them: they were not placed.
      if (toldOf !== unserved) told = new RefusalsTold();
      toldOf = unserved;
      const nowMs = clock.nowMs();
      const news = told.news(unserved.waiting(nowMs), nowMs);
      if (news === undefined) return;
      const current = told;
      await call(link, rpc.refusals, refusalsToWire(news), { deadlineMs: TOLD_DEADLINE_MS });
      current.confirmed(news);
    }
  };
  return clock.every(TELL_MS, () => {
    if (isTelling) return;
    isTelling = true;
    tell()
      .catch((error: unknown) => {
        const { code } = errorInfoOf(error);
        log.info({ code, err: error }, 'the refusals of this instance did not reach the leader; sending them again');
      })
      .finally(() => {
        isTelling = false;
      });
  });
}
