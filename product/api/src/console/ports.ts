// Dependencies of the console's read operations beside the database.
import { MeridianError } from '@meridian/protocol';
import type { CentreViews } from './centre-views.ts';
import type { PathSeen } from './schemas.ts';
import { shownPath } from './shown.ts';

/** Sites of nodes, and the paths of datagrams between them, as reported by the centre. */
export interface CentrePaths {
  /** Returns the site of a media node, as `ConsoleNode.site`; undefined if the centre does not know the node now. */
  siteOf(nodeId: string): Promise<string | undefined>;
  /** Returns a predicate: whether media between two nodes takes the connection of these sites. */
  crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean>;
  /** Returns the paths to a node's host from the hosts of the others; empty if none is known now. */
  pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<PathSeen[]>;
}

/** Adapts the centre's views. A timeline has no paths while the centre is away. */
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
