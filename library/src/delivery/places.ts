// From where a viewer plays: edge caches near it, best first, and this node.
import { type Edges, type Locations, libraryEdgePath } from '@meridian/node-shell';
import { errorInfoOf, type Point } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { ContentToken } from '../serving/tokens.ts';

export interface PlacesOptions {
  readonly edges: Edges;
  readonly locations: Pick<Locations, 'of'>;
  /** This node. `publicUrl`: without a path. */
  readonly self: Point & { readonly nodeId: string; readonly publicUrl: string };
  readonly log: Logger;
}

export interface Viewer {
  /** The one by which it opens the content. */
  readonly token: string;
  readonly clientIp: string;
  /** At most so many edges. */
  readonly count: number;
}

export class Places {
  readonly edges: Edges;
  readonly #o: PlacesOptions;

  constructor(o: PlacesOptions) {
    this.edges = o.edges;
    this.#o = o;
  }

  /** URL of the folder of the content at this node. */
  atNode(token: string): string {
    return `${this.#o.self.publicUrl}/library/contents/${token}`;
  }

  /**
   * URLs of the folder of the content at edges, best first; the viewer is counted at the first. None: no edge is fit,
   * or there are none. A viewer whose place is not known is taken to be here.
   */
  async atEdges({ contentId, fence }: ContentToken, { token, clientIp, count }: Viewer): Promise<readonly string[]> {
    const { edges, self } = this.#o;
    const path = libraryEdgePath({ originId: self.nodeId, contentId, token });
    if (path === undefined || edges.states.length === 0) return [];
    const location = (await this.#locationOf(clientIp)) ?? self;
    const { nodeId: originId, publicUrl: originUrl } = self;
    const choice = { location, fence, originId, originUrl, contentKey: contentId };
    return edges.choose(choice, count).map(({ url }) => `${url}${path}`);
  }

  async #locationOf(clientIp: string): Promise<Point | undefined> {
    try {
      return await this.#o.locations.of(clientIp, '');
    } catch (error) {
      this.#o.log.debug({ err: errorInfoOf(error) }, 'the centre did not locate a viewer: this node’s place counts');
      return undefined;
    }
  }
}
