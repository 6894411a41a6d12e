import { MeridianError } from '@meridian/protocol';
import type { CentreViews } from './centre-views.ts';
import type { PathSeen } from './schemas.ts';
import { shownPath } from './shown-nodes.ts';

/** Paths between nodes, as the centre reports them. */
export interface CentrePaths {
  /** Returns undefined for a node that the centre does not know now. */
  siteOf(nodeId: string): Promise<string | undefined>;
  /** Returns a test for whether media between two nodes uses the link between these sites. */
  crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean>;
  /** Returns an empty list if no path is known now. */
  pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<PathSeen[]>;
}

/** While the centre does not answer, `pathsTo` returns no paths. */
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
