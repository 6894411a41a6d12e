// Chooses from where a viewer plays: edge caches nearby, best first, or this node.
import { type EdgeState, type Edges, type Locations, libraryEdgePath } from '@meridian/node-shell';
import { errorInfoOf, type Point } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { ContentToken } from '../serving/tokens.ts';

export interface PlacesOptions {
  readonly edges: Edges;
  readonly locations: Pick<Locations, 'locationOf'>;
  /** This node; `publicUrl` has no path. */
  readonly self: Point & { readonly nodeId: string; readonly publicUrl: string };
  readonly log: Logger;
}

export interface Viewer {
  readonly token: string;
  readonly clientIp: string;
  readonly count: number;
  /** Origin of the viewer's present edge, if stated. */
  readonly at?: string | undefined;
}

export class Places {
  readonly edges: Edges;
  readonly #o: PlacesOptions;

  constructor(o: PlacesOptions) {
    this.edges = o.edges;
    this.#o = o;
  }

  nodeUrl(token: string): string {
    return `${this.#o.self.publicUrl}/library/contents/${token}`;
  }

  /**
   * Returns URLs of the content's folder at edges, best first, and counts the viewer at the first. A viewer whose
   * location is unknown counts as near this node.
   */
  async edgeUrls(
    { contentId, fence }: ContentToken,
    { token, clientIp, count, at }: Viewer,
  ): Promise<readonly string[]> {
    const { edges } = this.#o;
    const path = this.edgePathOf(contentId, token);
    if (path === undefined || edges.states.length === 0) return [];
    const choice = Object.assign(await this.#choiceOf({ contentId, fence }, clientIp), {
      at: edges.states.find(({ edge }) => new URL(edge.url).origin === at)?.edge.url,
    });
    return edges.choose(choice, count).map(({ url }) => `${url}${path}`);
  }

  /** Returns the edges of the viewer's site in the order in which they get the content. Does not count the viewer. */
  async siteOf(opened: Pick<ContentToken, 'contentId' | 'fence'>, clientIp: string): Promise<readonly EdgeState[]> {
    const { edges } = this.#o;
    return edges.states.length === 0 ? [] : edges.site(await this.#choiceOf(opened, clientIp));
  }

  /** Returns undefined when the token does not fit into a URL. */
  edgePathOf(contentId: string, token: string): string | undefined {
    return libraryEdgePath({ originId: this.#o.self.nodeId, contentId, token });
  }

  async #choiceOf({ contentId, fence }: Pick<ContentToken, 'contentId' | 'fence'>, clientIp: string) {
    const { self } = this.#o;
    const location = (await this.#locationOf(clientIp)) ?? self;
    return { location, fence, originId: self.nodeId, originUrl: self.publicUrl, contentKey: contentId };
  }

  async #locationOf(clientIp: string): Promise<Point | undefined> {
    try {
      return await this.#o.locations.locationOf(clientIp, '');
    } catch (error) {
      this.#o.log.debug({ err: errorInfoOf(error) }, 'the centre did not locate a viewer: the node’s location is used');
      return undefined;
    }
  }
}
