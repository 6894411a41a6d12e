// Faults of a run, and their moments. Pure.
import type { Rng } from '@meridian/runtime';

export const stores = ['files', 's3'] as const;
export type StoreKind = (typeof stores)[number];
export const modes = ['tracks', 'composed'] as const;
export type Mode = (typeof modes)[number];
export const targets = ['recorder', 'library', 'store'] as const;
export const hows = ['kill', 'stop', 'disk', 'cut'] as const;

export interface Fault {
  readonly target: (typeof targets)[number];
  /** `kill`: SIGKILL; `stop`: SIGSTOP; `disk`: no byte left; `cut`: the network drops its packets. */
  readonly how: (typeof hows)[number];
}

export interface PlannedRecording {
  readonly fault: Fault;
  readonly mode: Mode;
  /** Moment of the fault since the recording runs. */
  readonly afterMs: number;
}

/** Time until a recording is stopped. */
export const RECORDED_MS = 14_000;
/** Library nodes have work once the recording is over; recorders and stores also before. */
const momentsMs = { recorder: [2000, 18_000], store: [2000, 18_000], library: [13_000, 18_000] } as const;

/** Returns `count` recordings: each mode has its turn, and each fault comes before one comes again. */
export function plannedRecordings(count: number, store: StoreKind, rng: Rng): PlannedRecording[] {
  const faults = targets
    // The store of kind `files` is a folder of its recorder or library node.
    .filter((target) => store === 's3' || target !== 'store')
    .flatMap((target) => hows.map((how): Fault => ({ target, how })));
  let left: Fault[] = [];
  return Array.from({ length: count }, (_, at) => {
    if (left.length === 0) left = [...faults];
    const [fault = { target: 'recorder', how: 'kill' } as const] = left.splice(Math.floor(rng.next() * left.length), 1);
    const [fromMs, toMs] = momentsMs[fault.target];
    const mode = modes[at % modes.length] ?? 'tracks';
    return { fault, mode, afterMs: Math.round(fromMs + rng.next() * (toMs - fromMs)) };
  });
}
