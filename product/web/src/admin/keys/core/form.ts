import type { KeysKey } from '../text.ts';
import type { KeyScope } from './scopes.ts';

export interface KeyForm {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Names separated by commas or spaces; '': everywhere. */
  readonly regions: string;
}

export type KeyErrors = Readonly<Partial<Record<'name' | 'scopes' | 'regions', KeysKey>>>;

const NAME_CHARACTERS_MAX = 128;
/** Maximum number of regions of a token (`limits.fenceRegionsMax`). */
const REGIONS_MAX = 16;
const REGION = /^[A-Za-z0-9._-]{1,64}$/;

export const regionsIn = (text: string): readonly string[] => [
  ...new Set(text.split(/[\s,;，；、]+/).filter((name) => name !== '')),
];

export function keyErrors({ name, scopes, regions }: KeyForm): KeyErrors {
  const named = regionsIn(regions);
  return {
    ...(name.trim() === '' && { name: 'nameMissing' as const }),
    ...(name.length > NAME_CHARACTERS_MAX && { name: 'nameLong' as const }),
    ...(scopes.length === 0 && { scopes: 'scopesMissing' as const }),
    ...((named.length > REGIONS_MAX || !named.every((one) => REGION.test(one))) && {
      regions: 'regionsWrong' as const,
    }),
  };
}

/** Lines of an `.env` file, as Meridian's clients read them. */
export const envLines = (key: { readonly id: string; readonly secret: string }, url: string): string =>
  [`MERIDIAN_URL=${url}`, `MERIDIAN_API_KEY=${key.id}`, `MERIDIAN_API_SECRET=${key.secret}`].join('\n');

/** The same lines with the names that LiveKit's SDKs and tools read. `url`: the page's origin, http or https. */
export const liveKitLines = (key: { readonly id: string; readonly secret: string }, url: string): string =>
  [`LIVEKIT_URL=${url.replace(/^http/, 'ws')}`, `LIVEKIT_API_KEY=${key.id}`, `LIVEKIT_API_SECRET=${key.secret}`].join(
    '\n',
  );
