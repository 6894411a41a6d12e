// State of a node by its pod's status.
import { type Static, Type } from 'typebox';
import type { Machine } from '../../scaling/core/types.ts';

const text = Type.String({ maxLength: 256 });

/** Label with the StatefulSet template from which a pod was made. */
export const REVISION_LABEL = 'controller-revision-hash';

export const podSchema = Type.Object({
  metadata: Type.Object({
    name: text,
    uid: text,
    labels: Type.Optional(Type.Object({ [REVISION_LABEL]: Type.Optional(text) })),
    deletionTimestamp: Type.Optional(text),
    ownerReferences: Type.Optional(Type.Array(Type.Object({ kind: text, name: text }))),
  }),
  status: Type.Object({
    phase: Type.Optional(text),
    conditions: Type.Optional(
      Type.Array(
        Type.Object({ type: text, status: text, lastTransitionTime: Type.Optional(Type.Union([text, Type.Null()])) }),
      ),
    ),
    containerStatuses: Type.Optional(
      Type.Array(
        Type.Object({
          state: Type.Optional(
            Type.Object({
              waiting: Type.Optional(Type.Object({ reason: Type.Optional(text) })),
              running: Type.Optional(Type.Object({ startedAt: Type.Optional(Type.Union([text, Type.Null()])) })),
            }),
          ),
        }),
      ),
    ),
  }),
});
export type Pod = Static<typeof podSchema>;

/** Returns the state of a pod that its StatefulSet wants, and remakes when it ends. */
export function stateOfPod(pod: Pod | undefined): Exclude<Machine['state'], 'stopping'> {
  if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return 'starting';
  const { phase, containerStatuses = [] } = pod.status;
  const isLooping = containerStatuses.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff');
  if (phase === 'Failed' || isLooping) return 'failed';
  return phase === 'Running' && hasServed(pod) ? 'running' : 'starting';
}

/** Marks a pod as outdated when its template is known and not the `wantedRevision` one, and the pod is not ending. */
export function versionOf(
  pod: Pod | undefined,
  wantedRevision: string | undefined,
): Pick<Machine, 'isOutdated' | 'wantedVersion'> {
  const revision = pod?.metadata.labels?.[REVISION_LABEL];
  if (revision === undefined || wantedRevision === undefined || revision === wantedRevision) return {};
  return pod?.metadata.deletionTimestamp === undefined ? { isOutdated: true, wantedVersion: wantedRevision } : {};
}

/** A pod that was never ready is unready since before its containers run; one that was may still carry calls. */
function hasServed({ status: { conditions = [], containerStatuses = [] } }: Pod): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return true;
  const starts = containerStatuses.map(({ state }) => Date.parse(state?.running?.startedAt ?? ''));
  // Without a running container this is NaN or -Infinity.
  return starts.length > 0 && Date.parse(ready?.lastTransitionTime ?? '') > Math.max(...starts);
}
