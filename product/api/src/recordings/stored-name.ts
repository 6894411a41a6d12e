import type { AssemblePayload } from './collecting.ts';

const CHARACTERS_MAX = 64;

/** Returns the name under which the library has a file of a task: files beside others name their version. */
export const storedName = (
  { version, isBeside }: Pick<AssemblePayload, 'version' | 'isBeside'>,
  name: string,
): string => (isBeside === true ? `v${version}-${name}`.slice(0, CHARACTERS_MAX) : name);
