import { MeridianError } from '@meridian/protocol';
import type { CentreViews } from './centre-views.ts';
import type { PathSeen } from './schemas.ts';
import { shownPath } from './shown.ts';

/** Answers come from the centre. */
export interface CentrePaths {
  /** Returns undefined if the centre does not know the node now. */
  siteOf(nodeId: string): Promise<string | undefined>;
  /** Tells whether media between two nodes takes the connection of these sites. */
  crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean>;
  /** Returns an empty list if none is known now. */
  pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<PathSeen[]>;
}

/** Leaves timelines without paths while the centre is away. */
export const centrePathsOf = (views: CentreViews): CentrePaths => ({
  siteOf: (nodeId) => views.siteOf(nodeId),
  crossing: (fromSite, toSite) => views.crossing(fromSite, toSite),
  pathsTo: async (nodeId, fromNodeIds) => {
    try {
      return (await views.pathsTo(nodeId, fromNodeIds)).map(shownPath);
    } catch (error) {
      if (error instanceof MeridianError && error.code === 'CENTRE_UNREACHABLE') return [];
      throw error;
    }
  },
});
