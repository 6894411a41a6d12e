import { adminPath, sectionsFor } from '../../admin/core/route.ts';
import { CONSOLE_SCOPE } from '../../console/core/route.ts';

export const placeNames = ['home', 'meetings', 'library', 'admin', 'console'] as const;
export type PlaceName = (typeof placeNames)[number];

export interface Place {
  readonly name: PlaceName;
  readonly href: string;
}

/** Returns the places that the user may open, in the order of the navigation. */
export function placesFor(scopes: readonly string[]): readonly Place[] {
  const [section] = sectionsFor(scopes);
  return [
    { name: 'home', href: '/' },
    { name: 'meetings', href: '/meetings' },
    ...(scopes.includes('library:read') ? [{ name: 'library', href: '/library' } as const] : []),
    ...(section === undefined ? [] : [{ name: 'admin', href: adminPath({ section }) } as const]),
    ...(scopes.includes(CONSOLE_SCOPE) ? [{ name: 'console', href: '/console' } as const] : []),
  ];
}
