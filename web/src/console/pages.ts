// The pages of the console. A page that is not here has no entry in the menu.
import { type ComponentType, lazy } from 'react';
import type { ConsolePage } from './core/route.ts';
import type { PageProps } from './ports.ts';

type Pages = { readonly [P in ConsolePage]?: ComponentType<PageProps<P>> };

export const pages: Pages = {
  map: lazy(async () => ({ default: (await import('./map/page.tsx')).MapPage })),
};
