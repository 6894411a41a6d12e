// Messages of the plan for its receivers. A plan names thousands of nodes, so each is encoded once: receivers of a kind
// that hold the same version get the same bytes. A plan that would not fit into a frame comes in parts.
import { note } from '@meridian/protocol';
import type { Terms } from '../../leading/terms.ts';
import { planNameOf } from '../../routing/core/plan.ts';
import { planToWire } from './wire.ts';

/** Nodes of a message: 800 kB of a frame's 1,024 when each takes 400 bytes, twice as many as usual. */
const NODES_MAX = 2000;

interface Encoded {
  readonly centre: Terms['centre'];
  readonly epoch: number;
  readonly version: number;
  readonly since: number;
  readonly parts: readonly Uint8Array[];
}

export class PlanBytes {
  readonly #terms: Terms;
  /** The last plan of each name (`planNameOf`). */
  readonly #last = new Map<string, Encoded>();

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  /** Returns the messages of the plan for a node of this kind that holds version `since` (0: none). Read only. */
  of({ id, kind }: { readonly id: string; readonly kind: string }, since: number): readonly Uint8Array[] {
    const { centre, epoch } = this.#terms;
    const name = planNameOf({ kind, takesSparsePlan: centre.fleet.get(id)?.description.takesSparsePlan });
    const last = this.#last.get(name);
    const { planVersion: version } = centre.fleet;
    const isSame = last?.centre === centre && last.epoch === epoch && last.version === version;
    if (isSame && last.since === since) return last.parts;
    const parts = partsOf(planToWire(centre.plan(id, since), this.#terms)).map((part) =>
      note.plan.message.encode(part).finish(),
    );
    this.#last.set(name, { centre, epoch, version, since, parts });
    return parts;
  }
}

/** Each part after the first is a change of the version that the first has begun. */
function partsOf(plan: ReturnType<typeof planToWire>): ReturnType<typeof planToWire>[] {
  const { nodes = [], version = 0 } = plan;
  const first = { ...plan, nodes: nodes?.slice(0, NODES_MAX) ?? [] };
  const parts = [first];
  for (let at = NODES_MAX; at < (nodes?.length ?? 0); at += NODES_MAX) {
    const before = parts.at(-1) as typeof first;
    before.more = true;
    parts.push({
      version,
      since: version,
      centreIncarnation: plan.centreIncarnation ?? '',
      centreEpoch: plan.centreEpoch ?? 0,
      deniedIds: plan.deniedIds ?? [],
      pathChanges: true,
      nodes: nodes?.slice(at, at + NODES_MAX) ?? [],
    });
  }
  return parts;
}
