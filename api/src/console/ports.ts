// What the console's read operations ask of others than the database.
import type { PathSeen } from './schemas.ts';

/** Where nodes are and how datagrams go between them, as the centre says. */
export interface CentrePaths {
  /** Of a media node, as `ConsoleNode.site`; undefined: the centre does not know it now. */
  siteOf(nodeId: string): Promise<string | undefined>;
  /** Whether media between two nodes takes the connection of these sites. */
  crossing(fromSite: string, toSite: string): Promise<(nodeId: string, otherId: string) => boolean>;
  /** To a node's host from those of others. Empty: none is known now. */
  pathsTo(nodeId: string, fromNodeIds: readonly string[]): Promise<PathSeen[]>;
}

/** Without the centre's views: each node is a site of its own, by its id, and no path is known. */
export const noCentrePaths: CentrePaths = {
  siteOf: async (nodeId) => nodeId,
  crossing: async (from, to) => (one, other) => (one === from && other === to) || (one === to && other === from),
  pathsTo: async () => [],
};
