// What every driver does with an order of a centre that leads no more, and how many machines it answers.
import { MeridianError } from '@meridian/protocol';
import type { ScaleDriver } from './scale-driver.ts';

export type Drain = ScaleDriver['drain'];
/**
 * The machines have been ordered under this epoch, above ours. Resolves when ours has been raised above it, or could
 * not be.
 */
export type HeardOf = (epoch: number) => Promise<void>;

/** Of a list of machines; more are an error, never cut: what is not listed would be started once more. */
export const MACHINES_MAX = 1000;

/**
 * The error of an order under an epoch below `seen`. A store that has lost its memory gives the only leader such an
 * epoch: it has to rise above it, or is locked out for ever. Whether it could be raised shows at the next request; this
 * one was refused either way.
 */
export async function staleOrder(heardOf: HeardOf, seen: number): Promise<MeridianError> {
  await Promise.allSettled([heardOf(seen)]);
  return new MeridianError('EPOCH_STALE', `the machines have been ordered under epoch ${seen}`);
}
