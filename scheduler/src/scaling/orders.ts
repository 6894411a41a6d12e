// Shared by all drivers: handling of an order from a centre that no longer leads, and the limit of listed machines.
import { MeridianError } from '@meridian/protocol';
import type { ScaleDriver } from './scale-driver.ts';

export type Drain = ScaleDriver['drain'];
/** Called with a higher epoch seen at the machines. Resolves when the present epoch was raised, or could not be. */
export type NoteEpoch = (epoch: number) => Promise<void>;

/** A longer list is an error and is never cut, because a missing machine would be started once more. */
export const MACHINES_MAX = 1000;

/**
 * Returns the error for an order under an epoch below the machines' epoch. A store that has lost its memory gives the
 * only leader such an epoch; the leader has to rise above it, or is locked out for ever. The next request shows whether
 * it was raised; this order is refused in any case.
 */
export async function staleOrder(noteEpoch: NoteEpoch, machinesEpoch: number): Promise<MeridianError> {
  await Promise.allSettled([noteEpoch(machinesEpoch)]);
  return new MeridianError('EPOCH_STALE', `the machines have been ordered under epoch ${machinesEpoch}`);
}
