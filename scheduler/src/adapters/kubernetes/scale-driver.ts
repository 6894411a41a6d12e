// Runs media nodes as pods of StatefulSets, a StatefulSet for each region and slot; a node's id is its pod's name. An
// order sets `replicas`, and Kubernetes ends the highest ordinal: so a machine ends after the machine above it, and the
// driver gives new names. A pod of an old template is deleted when it is to be replaced, and its StatefulSet remakes
// it. The epoch of the centre that ordered last is an annotation of each StatefulSet (docs/adr/0028-kubernetes.md).
import { assert } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import type { FreeNames, Machine } from '../../scaling/core/types.ts';
import { type Drain, MACHINES_MAX, type NoteEpoch, staleOrder } from '../../scaling/orders.ts';
import type { ScaleDriver } from '../../scaling/scale-driver.ts';
import { type KubernetesClient, KubernetesError } from './client.ts';
import { type Pod, podSchema, stateOfPod, versionOf } from './pod.ts';

export const REGION_LABEL = 'meridian.dev/region';
export const EPOCH_ANNOTATION = 'meridian.dev/epoch';
/** A StatefulSet changes with the state of its pods; an order that conflicts is retried at once. */
const TRIES = 4;
const CONFLICT = 409;
const NOT_FOUND = 404;

const setSchema = Type.Object({
  metadata: Type.Object({
    name: Type.String({ pattern: '^[a-z0-9]([a-z0-9.-]{0,50}[a-z0-9])?$' }),
    resourceVersion: Type.String({ minLength: 1 }),
    generation: Type.Optional(Type.Integer()),
    labels: Type.Object({ [REGION_LABEL]: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }) }),
    annotations: Type.Optional(
      Type.Object({ [EPOCH_ANNOTATION]: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,15}$' })) }),
    ),
  }),
  spec: Type.Object({
    replicas: Type.Integer({ minimum: 0 }),
    ordinals: Type.Optional(Type.Object({ start: Type.Optional(Type.Integer({ minimum: 0 })) })),
  }),
  status: Type.Optional(
    Type.Object({
      observedGeneration: Type.Optional(Type.Integer()),
      updateRevision: Type.Optional(Type.String({ maxLength: 256 })),
    }),
  ),
});

interface NodeSet {
  readonly name: string;
  readonly version: string;
  readonly region: string;
  /** Epoch of the centre that ordered last; 0: none yet. */
  readonly epoch: number;
  readonly firstOrdinal: number;
  readonly replicas: number;
  /** Template that its pods should have; undefined: its controller has not reported it yet. */
  readonly revision: string | undefined;
}

interface ListedSet extends NodeSet {
  readonly isEnding: boolean;
}

/** Runs `act` with the StatefulSet of this name, claimed for the present epoch; undefined: none. Retries a conflict. */
type WithSet = <T>(
  name: string,
  epoch: number,
  act: (set: NodeSet | undefined) => T | Promise<T>,
  found?: NodeSet,
) => Promise<T>;

/** Runs the orders of a StatefulSet in order. EPOCH_STALE: another centre has led since. */
export function kubernetesDriver(o: { client: KubernetesClient; drain: Drain; noteEpoch: NoteEpoch }): ScaleDriver {
  const { client } = o;
  const path = setsPath(client);
  const withSet = claiming(client, o.noteEpoch);
  const inTurn = queueByName();
  let listed: readonly ListedSet[] = [];
  let outdated: ReadonlyMap<string, string> = new Map();

  const order = (pod: PodName, epoch: number, decide: (set: NodeSet | undefined) => number | undefined) =>
    withSet(pod.set, epoch, async (set) => {
      const replicas = decide(set);
      if (set !== undefined && replicas !== undefined) await scale(client, `${path}/${set.name}`, set, replicas);
    });

  return {
    name: 'kubernetes',
    async list(epoch) {
      const found = (await client.list(setSchema, path)).map(nodeSet);
      const newest = Math.max(0, ...found.map((set) => set.epoch));
      if (newest > epoch) throw await staleOrder(o.noteEpoch, newest);
      const claimed = await Promise.all(found.map((set) => withSet(set.name, epoch, (own) => own, set)));
      const sets = claimed.filter((set) => set !== undefined);
      const pods = await client.list(podSchema, podsPath(client));
      if (sets.reduce((sum, { replicas }) => sum + replicas, 0) > MACHINES_MAX) throw new Error(TOO_MANY);
      const podsBySet = sets.map((set) => podsOf(set, pods));
      const machines = sets.map((set, at) => machinesOf(set, podsBySet[at] ?? new Map()));
      if (machines.flat().length > MACHINES_MAX) throw new Error(TOO_MANY);
      listed = sets.map((set, at): ListedSet => {
        const isEnding = machines[at]?.some(({ state }) => state === 'stopping') === true;
        return Object.assign({ isEnding }, set);
      });
      const allMachines = machines.flat();
      outdated = uidsOf(allMachines, podsBySet);
      return allMachines;
    },
    freeNames: (...asked) => freeNamesIn(listed, ...asked),
    start: (nodeId, region, epoch) => {
      const pod = podName(nodeId);
      return inTurn(pod.set, () => order(pod, epoch, (set) => replicasWith(set, pod, region)));
    },
    stop: (nodeId, epoch) => {
      const pod = podName(nodeId);
      return inTurn(pod.set, () => order(pod, epoch, (set) => replicasWithout(set, pod)));
    },
    replace: (nodeId, epoch) => {
      const uid = outdated.get(nodeId);
      const { set: name } = podName(nodeId);
      return inTurn(name, async () => {
        const set = await withSet(name, epoch, (own) => own);
        if (set !== undefined && uid !== undefined) await remove(client, nodeId, uid);
      });
    },
    drain: o.drain,
  };
}

const setsPath = ({ config }: KubernetesClient): string => `/apis/apps/v1/namespaces/${config.namespace}/statefulsets`;
const podsPath = ({ config }: KubernetesClient): string => `/api/v1/namespaces/${config.namespace}/pods`;

function claiming(client: KubernetesClient, noteEpoch: NoteEpoch): WithSet {
  const path = setsPath(client);
  const read = async (name: string): Promise<NodeSet | undefined> => {
    if (name === '') return undefined; // the API server would return the list of all sets
    try {
      return nodeSet(await client.request(setSchema, { method: 'GET', path: `${path}/${name}` }));
    } catch (error) {
      if (error instanceof KubernetesError && error.status === NOT_FOUND) return undefined;
      throw error;
    }
  };
  /** Writes the present epoch into the set, so that an order prepared by an earlier leader conflicts. */
  const claim = async (set: NodeSet, epoch: number): Promise<NodeSet> => {
    if (set.epoch > epoch) throw await staleOrder(noteEpoch, set.epoch);
    if (set.epoch === epoch) return set;
    const metadata = { resourceVersion: set.version, annotations: { [EPOCH_ANNOTATION]: String(epoch) } };
    const contentType = 'application/merge-patch+json';
    const request = { method: 'PATCH', path: `${path}/${set.name}`, body: { metadata }, contentType } as const;
    return nodeSet(await client.request(setSchema, request));
  };
  return async (name, epoch, act, found) => {
    let set = found;
    for (let triesLeft = TRIES - 1; ; triesLeft -= 1) {
      try {
        set ??= await read(name);
        return await act(set === undefined ? undefined : await claim(set, epoch));
      } catch (error) {
        if (triesLeft === 0 || !(error instanceof KubernetesError) || error.status !== CONFLICT) throw error;
        set = undefined;
      }
    }
  };
}

function queueByName(): (name: string, act: () => Promise<void>) => Promise<void> {
  const queues = new Map<string, Promise<unknown>>();
  return (name, act) => {
    const result = (queues.get(name) ?? Promise.resolve()).catch(() => undefined).then(act);
    queues.set(name, result);
    const forget = (): void => {
      if (queues.get(name) === result) queues.delete(name);
    };
    result.then(forget, forget);
    return result;
  };
}

function uidsOf(machines: readonly Machine[], pods: readonly ReadonlyMap<string, Pod>[]): ReadonlyMap<string, string> {
  const old = new Set(machines.filter(({ isOutdated }) => isOutdated === true).map(({ nodeId }) => nodeId));
  const found = pods.flatMap((each) => [...each]).filter(([name]) => old.has(name));
  return new Map(found.map(([name, { metadata }]) => [name, metadata.uid]));
}

const TOO_MANY = `Kubernetes: more than ${MACHINES_MAX} media nodes`;

interface PodName {
  readonly nodeId: string;
  /** Name of its StatefulSet; '' for a name that is not a StatefulSet pod's. */
  readonly set: string;
  readonly ordinal: number;
}

function podName(nodeId: string): PodName {
  const [, set = '', ordinal = ''] = /^([a-z0-9][a-z0-9.-]*)-(0|[1-9]\d{0,8})$/.exec(nodeId) ?? [];
  return { nodeId, set, ordinal: Number(ordinal) };
}

function nodeSet({ metadata, spec, status }: Static<typeof setSchema>): NodeSet {
  return {
    name: metadata.name,
    version: metadata.resourceVersion,
    region: metadata.labels[REGION_LABEL],
    epoch: Number(metadata.annotations?.[EPOCH_ANNOTATION] ?? 0),
    firstOrdinal: spec.ordinals?.start ?? 0,
    replicas: spec.replicas,
    revision: revisionOf(metadata.generation, status),
  };
}

/** Returns undefined for a status older than the last change of the template, which says nothing of it. */
function revisionOf(
  generation = Number.POSITIVE_INFINITY,
  status: Static<typeof setSchema>['status'],
): string | undefined {
  const isKnown = (status?.observedGeneration ?? 0) >= generation;
  return isKnown ? status?.updateRevision : undefined;
}

/** Returns the number of replicas that includes the pod; undefined: the present number includes it. */
function replicasWith(set: NodeSet | undefined, { nodeId, ordinal }: PodName, region: string): number | undefined {
  if (set === undefined || set.region !== region) throw new Error(`no StatefulSet of ${region} makes ${nodeId}`);
  const at = ordinal - set.firstOrdinal;
  if (at < 0 || at > set.replicas) throw new Error(`${nodeId} is not the next pod of its StatefulSet`);
  return at < set.replicas ? undefined : set.replicas + 1;
}

/** Returns the number of replicas without the pod; undefined: the present number does not include it. */
function replicasWithout(set: NodeSet | undefined, { nodeId, ordinal }: PodName): number | undefined {
  const at = ordinal - (set?.firstOrdinal ?? 0);
  if (set === undefined || at < 0 || at >= set.replicas) return undefined;
  if (at < set.replicas - 1) throw new Error(`${nodeId} cannot end before the pods above it`);
  return at;
}

/** Sets the number of replicas if the StatefulSet still has `set.version`; any change since then is a conflict. */
async function scale(client: KubernetesClient, path: string, set: NodeSet, replicas: number): Promise<void> {
  const { namespace } = client.config;
  const metadata = { name: set.name, namespace, resourceVersion: set.version };
  const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas } };
  await client.request(Type.Object({}), { method: 'PUT', path: `${path}/scale`, body });
}

/** Deletes this pod and no later pod of its name; its node drains for as long as the pod's grace period. */
async function remove(client: KubernetesClient, pod: string, uid: string): Promise<void> {
  const path = `${podsPath(client)}/${pod}`;
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } };
  try {
    await client.request(Type.Object({}), { method: 'DELETE', path, body });
  } catch (error) {
    const isAnother = error instanceof KubernetesError && (error.status === NOT_FOUND || error.status === CONFLICT);
    if (!isAnother) throw error;
  }
}

function podsOf(set: NodeSet, pods: readonly Pod[]): ReadonlyMap<string, Pod> {
  const own = pods.filter(({ metadata: { name, ownerReferences = [] } }) => {
    const isOwned = ownerReferences.some((owner) => owner.kind === 'StatefulSet' && owner.name === set.name);
    return isOwned && podName(name).set === set.name;
  });
  return new Map(own.map((pod) => [pod.metadata.name, pod]));
}

/** Returns machines, highest ordinal first. A wanted pod that does not exist yet is starting. */
function machinesOf(set: NodeSet, pods: ReadonlyMap<string, Pod>): Machine[] {
  const { name, region, firstOrdinal, replicas, revision } = set;
  const machines: Machine[] = [];
  for (const nodeId of pods.keys()) {
    const at = podName(nodeId).ordinal - firstOrdinal;
    if (at < 0 || at >= replicas) machines.push({ nodeId, region, state: 'stopping' });
  }
  for (let at = replicas - 1; at >= 0; at -= 1) {
    const nodeId = `${name}-${firstOrdinal + at}`;
    const above = at === replicas - 1 ? {} : { endsAfter: `${name}-${firstOrdinal + at + 1}` };
    const pod = pods.get(nodeId);
    machines.push(Object.assign({ nodeId, region, state: stateOfPod(pod) }, above, versionOf(pod, revision)));
  }
  return machines;
}

/** Takes the set with fewest pods first; skips a set whose last pod ends, because its next name is still in use. */
function freeNamesIn(sets: readonly ListedSet[], ...[region, count, { ending }]: Parameters<FreeNames>): string[] {
  const isBusy = (set: ListedSet): boolean =>
    set.isEnding || ending.has(`${set.name}-${set.firstOrdinal + set.replicas - 1}`);
  const usableSets = sets
    .filter((set) => set.region === region && !isBusy(set))
    .map(({ name, firstOrdinal, replicas }) => ({ name, first: firstOrdinal, replicas }));
  const names: string[] = [];
  while (names.length < count && usableSets.length > 0) {
    usableSets.sort((a, b) => a.replicas - b.replicas || (a.name < b.name ? -1 : 1));
    const [least] = usableSets;
    assert(least !== undefined, 'there is one');
    names.push(`${least.name}-${least.first + least.replicas}`);
    least.replicas += 1;
  }
  return names;
}
