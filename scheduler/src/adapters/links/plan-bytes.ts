// Bytes of the plan for its receivers. A plan names every node, so each is encoded once: receivers that hold the same
// version get the same bytes.
import { nodeKind, note } from '@meridian/protocol';
import type { Terms } from '../../leading/terms.ts';
import { planToWire } from './wire.ts';

interface Encoded {
  readonly centre: Terms['centre'];
  readonly epoch: number;
  readonly version: number;
  readonly since: number;
  readonly bytes: Uint8Array;
}

export class PlanBytes {
  readonly #terms: Terms;
  /** The last plans: for signaling nodes, which get paths too, and for all others. */
  #forSignaling: Encoded | undefined;
  #forOthers: Encoded | undefined;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** Returns the plan for a node of this kind that holds version `since` (0: none). Read only. */
  of({ id, kind }: { readonly id: string; readonly kind: string }, since: number): Uint8Array {
    const { centre, epoch } = this.#terms;
    const isSignaling = kind === nodeKind.signaling;
    const last = isSignaling ? this.#forSignaling : this.#forOthers;
    const { planVersion: version } = centre.fleet;
    const isSame = last?.centre === centre && last.epoch === epoch && last.version === version;
    if (isSame && last.since === since) return last.bytes;
    const bytes = note.plan.message.encode(planToWire(centre.plan(id, since), this.#terms)).finish();
    const encoded = { centre, epoch, version, since, bytes };
    if (isSignaling) this.#forSignaling = encoded;
    else this.#forOthers = encoded;
    return bytes;
  }
}
