// Which certificate authorities the nodes trust: a node whose are others than it would get now is asked to renew its
// certificate, at its next report, a bounded number of nodes in a second.
import { MeridianError, note, post } from '@meridian/protocol';
import type { Clock, Link } from '@meridian/runtime';
import { callRate } from './call-rate.ts';

/** A certificate takes about 2 ms of the centre's processor: a fleet renews beside the centre's other work. */
const RENEWALS = { perSecond: 50, burst: 50 } as const;
/** What a node may say: the old authority, the next, and a fingerprint's length. */
const SAID_MAX = 4;
const FINGERPRINT_CHARS_MAX = 64;

/** Of a registered node, which authorities it trusts, and since when it says so. */
export interface TrustingSession {
  readonly link: Link;
  authorities: readonly string[];
  authoritiesAtMs: number;
}

export class NodeAuthorities {
  readonly #clock: Clock;
  readonly #present: () => readonly string[];
  readonly #take: () => void;

  /** `present`: of what is sent to nodes now. */
  constructor(o: { readonly clock: Clock; readonly present: () => readonly string[] }) {
    this.#clock = o.clock;
    this.#present = o.present;
    this.#take = callRate(o.clock, RENEWALS);
  }

  /** Of a report; one that does not say it is as before. */
  heard(session: TrustingSession, said: readonly string[]): void {
    if (said.length > 0) {
      session.authorities = checked(said);
      session.authoritiesAtMs = this.#clock.nowMs();
    }
    // A node of an older release says nothing, and renews in its own time.
    const present = this.#present();
    if (session.authorities.length === 0 || session.authorities.join() === present.join() || !this.#mayAsk()) return;
    post(session.link, note.renewalWanted, { authorities: [...present] });
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

/** Too much is as nothing: the centre keeps it for every node. */
export function checked(said: readonly string[]): readonly string[] {
  const isFine = said.length <= SAID_MAX && said.every((text) => text.length <= FINGERPRINT_CHARS_MAX);
  return isFine ? [...said] : [];
}
