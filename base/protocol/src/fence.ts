// Fences: regions that the media and data of a room may touch (docs/adr/0014-fences-hold-for-relays.md). A fence is a
// text: the sorted, unique names of its regions, separated by commas; '' allows anywhere. Fences are equal when their
// texts are.
import { limits } from './limits.ts';

const regionPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Returns the fence of these regions, undefined for none, too many (`limits.fenceRegionsMax`), or an invalid name. */
export function fenceOf(regions: readonly string[]): string | undefined {
  const names = [...new Set(regions)].sort();
  const isFit =
    names.length > 0 && names.length <= limits.fenceRegionsMax && names.every((one) => regionPattern.test(one));
  return isFit ? names.join(',') : undefined;
}

export const isFence = (text: string): boolean => text === '' || fenceOf(text.split(',')) === text;

/** Returns whether a fence admits a region. An unknown region ('') is in no fence. */
export const isInFence = (fence: string, region: string): boolean =>
  fence === '' || (region !== '' && fence.split(',').includes(region));

/** Returns whether `outer` contains `inner`. Only '' contains ''. */
export const fenceContains = (outer: string, inner: string): boolean =>
  outer === '' || (inner !== '' && inner.split(',').every((region) => isInFence(outer, region)));

/** Returns the regions that both fences admit, undefined when there are none. */
export function intersectFences(a: string, b: string): string | undefined {
  if (a === '' || b === '') return a === '' ? b : a;
  return fenceOf(a.split(',').filter((region) => isInFence(b, region)));
}
