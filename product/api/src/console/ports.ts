// What the console's read operations ask of others than the database.
import { MeridianError } from '@meridian/protocol';
import type { CentreViews } from './centre-views.ts';
import type { PathSeen } from './schemas.ts';
import { shownPath } from './shown.ts';

/** Where nodes are and how datagrams go between them, as the centre says. */
export interface CentrePaths {
  /** Of a media node, as `ConsoleNode.site`; undefined: the centre does not know it now. */
  siteOf(nodeId: string): Promise<string | undefined>;
  /** Whether media between two nodes takes the connection of these sites. */
  crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean>;
  /** To a node's host from those of others. Empty: none is known now. */
  pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<PathSeen[]>;
}

/** As the centre's views have it. A timeline is read without paths while the centre is away. */
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
