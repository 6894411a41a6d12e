// The pages of the console. A page that is not here has no entry in the menu.
import { type ComponentType, lazy } from 'react';
import type { ConsolePage, ConsoleRoute } from './core/route.ts';
import type { ConsolePorts } from './ports.ts';

export interface PageProps<P extends ConsolePage> {
  readonly ports: ConsolePorts;
  readonly route: Extract<ConsoleRoute, { page: P }>;
}
type Pages = { readonly [P in ConsolePage]?: ComponentType<PageProps<P>> };

export const pages: Pages = {
  map: lazy(async () => ({ default: (await import('./map/page.tsx')).MapPage })),
};
