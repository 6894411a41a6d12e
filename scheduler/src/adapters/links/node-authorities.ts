// Tracks the certificate authorities that nodes trust: a node with others than the present ones is asked at its next
// report to renew its certificate, a bounded number of nodes a second.
import { MeridianError, note, post } from '@meridian/protocol';
import type { Clock, Link } from '@meridian/runtime';
import { callRate } from './call-rate.ts';

/** A certificate takes about 2 ms of the centre's processor, so a fleet renews beside the centre's other work. */
const RENEWALS = { perSecond: 50, burst: 50 } as const;
/** Limits of a node's report: the old authority, the next, and spare; and the length of a fingerprint. */
const AUTHORITIES_MAX = 4;
const FINGERPRINT_CHARS_MAX = 64;

/** Authorities that a registered node trusts, and the time since which it reports them. */
export interface TrustingSession {
  readonly link: Link;
  authorities: readonly string[];
  authoritiesAtMs: number;
}

export class NodeAuthorities {
  readonly #clock: Clock;
  readonly #present: () => readonly string[];
  readonly #take: () => void;

  /** `present`: returns the authorities that are sent to nodes now. */
  constructor(o: { readonly clock: Clock; readonly present: () => readonly string[] }) {
    this.#clock = o.clock;
    this.#present = o.present;
    this.#take = callRate(o.clock, RENEWALS);
  }

  /** Takes a report; a report without authorities changes nothing. */
  reported(session: TrustingSession, fingerprints: readonly string[]): void {
    if (fingerprints.length > 0) {
      session.authorities = boundedAuthorities(fingerprints);
      session.authoritiesAtMs = this.#clock.nowMs();
    }
    // A node of an older release reports none, and renews in its own time.
    const present = this.#present();
    if (session.authorities.length === 0 || session.authorities.join() === present.join() || !this.#mayAsk()) return;
    post(session.link, note.renewalRequest, { authorities: [...present] });
  }

  #mayAsk(): boolean {
    try {
      this.#take();
      return true;
    } catch (error) {
      if (error instanceof MeridianError) return false;
      throw error;
    }
  }
}

/** An oversized report counts as empty, because the centre stores it for every node. */
export function boundedAuthorities(fingerprints: readonly string[]): readonly string[] {
  const isFine =
    fingerprints.length <= AUTHORITIES_MAX && fingerprints.every((text) => text.length <= FINGERPRINT_CHARS_MAX);
  return isFine ? [...fingerprints] : [];
}
