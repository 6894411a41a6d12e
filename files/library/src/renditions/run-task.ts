import { analyse } from './analyse.ts';
import { encode } from './encode.ts';
import { join } from './join.ts';
import { Job, type RenditionContext } from './rendition-context.ts';
import { encodeSound } from './sound.ts';
import { type Payload, payloadOf, type RenditionKind } from './tasks.ts';

export interface TaskInput {
  readonly kind: RenditionKind;
  readonly tenant: string;
  readonly lease: string;
  readonly payload: string;
  readonly signal: AbortSignal;
  onDone(done: number): void;
}

const kinds: { readonly [K in RenditionKind]: (job: Job, payload: Payload<K>) => Promise<unknown> } = {
  analyse,
  encode,
  sound: encodeSound,
  join,
};

/** Rejects with a `RenditionError`, and as the store does. Written objects stay, with the lease in their names. */
export function runTask(context: RenditionContext, task: TaskInput): Promise<unknown> {
  return run(context, task, task.kind);
}

async function run<K extends RenditionKind>(context: RenditionContext, task: TaskInput, kind: K): Promise<unknown> {
  const payload = payloadOf(kind, task.payload);
  const { tenant, lease, signal } = task;
  const onDone = (done: number): void => task.onDone(done);
  return await kinds[kind](new Job(context, { tenant, contentId: payload.contentId, lease, signal, onDone }), payload);
}
