// The regions that the media and data of a room may touch (docs/adr/0014-fences-hold-for-relays.md). A fence travels as
// text: the names of its regions, sorted, each once, with commas between; '' is no fence: anywhere. Two fences are the
// same when their texts are.
import { limits } from './limits.ts';

const regionPattern = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * The fence of these regions; undefined when there are none, too many (`limits.fenceRegionsMax`), or a name cannot be
 * one.
 */
export function fenceOf(regions: readonly string[]): string | undefined {
  const names = [...new Set(regions)].sort();
  const isFit =
    names.length > 0 && names.length <= limits.fenceRegionsMax && names.every((one) => regionPattern.test(one));
  return isFit ? names.join(',') : undefined;
}

/** Whether the text is a fence, '' included. */
export const isFence = (text: string): boolean => text === '' || fenceOf(text.split(',')) === text;

/** Whether a fence lets a region in. A node whose region is not known ('') is in no fence. */
export const isInFence = (fence: string, region: string): boolean =>
  fence === '' || (region !== '' && fence.split(',').includes(region));

/** Whether everything inside `inner` is inside `outer` too. Nothing but '' holds ''. */
export const holdsFence = (outer: string, inner: string): boolean =>
  outer === '' || (inner !== '' && inner.split(',').every((region) => isInFence(outer, region)));

/** What both let in; undefined: nothing. */
export function meetOfFences(one: string, other: string): string | undefined {
  if (one === '' || other === '') return one === '' ? other : one;
  return fenceOf(one.split(',').filter((region) => isInFence(other, region)));
}
