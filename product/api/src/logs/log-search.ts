// Searches the logs of nodes through the centre, or by Loki.
import { centreLogsId, type LogQuery, logLimits, MeridianError, nodeKind, roomKeyOf } from '@meridian/protocol';
import { type JsonAnswer, type JsonRequest, jsonRequest, type Logger, type OwnLogReader } from '@meridian/runtime';
import type { LokiConfig } from '../config.ts';
import type { CentreViews } from '../console/centre-views.ts';
import { nodeErrorOf } from '../nodes/node-links.ts';
import type { Database } from '../store/store.ts';
import { type MergedLines, mergeLines, type NodeAnswer } from './lines.ts';
import { logQl, lokiFound, lokiUrl } from './loki.ts';
import { nodesOf, type PartOf } from './participating-nodes.ts';

/** Each search holds the lines of up to 16 nodes, half a megabyte of each. */
const SEARCHES_MAX = 4;

export interface LogSearchRequest extends PartOf {
  readonly query: LogQuery;
  /** Nodes to search; if empty, those that took part; if none is known, signaling nodes, media nodes and the centre. */
  readonly nodeIds: readonly string[];
}

export interface LogSearchResult extends MergedLines {
  readonly answers: readonly NodeAnswer[];
}

export interface LogSearchOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly views: Pick<CentreViews, 'latest' | 'logLines' | 'roomPlan'>;
  /** Id of this instance. */
  readonly ownId: string;
  readonly ownLogReader: Pick<OwnLogReader, 'read'>;
  readonly loki: LokiConfig | undefined;
  /** Sends requests; absent for `jsonRequest`. */
  readonly request?: (o: JsonRequest) => Promise<JsonAnswer>;
}

export class LogSearch {
  readonly #o: LogSearchOptions;
  #running = 0;

  constructor(o: LogSearchOptions) {
    this.#o = o;
  }

  /** Rejects with OVERLOADED if too many searches run. The answer of a silent node is an error code. */
  async search(searchRequest: LogSearchRequest): Promise<LogSearchResult> {
    if (this.#running >= SEARCHES_MAX) throw new MeridianError('OVERLOADED', 'too many searches of logs are running');
    this.#running += 1;
    try {
      const { query } = searchRequest;
      const answers =
        this.#o.loki === undefined
          ? await this.#atNodes(searchRequest)
          : [await this.#atLoki(this.#o.loki, searchRequest)];
      return { answers, ...mergeLines(answers, query.toMs, query.limit) };
    } finally {
      this.#running -= 1;
    }
  }

  async #atNodes(sought: LogSearchRequest): Promise<NodeAnswer[]> {
    const nodeIds = await this.#nodesFor(sought);
    return Promise.all(nodeIds.map((nodeId) => this.#atNode(nodeId, sought.query)));
  }

  async #atNode(nodeId: string, query: LogQuery): Promise<NodeAnswer> {
    const { ownId, ownLogReader, views } = this.#o;
    try {
      return { nodeId, found: nodeId === ownId ? await ownLogReader.read(query) : await views.logLines(nodeId, query) };
    } catch (error) {
      const { code } = nodeErrorOf(error);
      this.#o.log.debug({ err: error, nodeId }, 'the log of a node could not be read');
      return { nodeId, code };
    }
  }

  async #nodesFor({ nodeIds, query, ...part }: LogSearchRequest): Promise<string[]> {
    if (nodeIds.length > 0) return [...new Set(nodeIds)].slice(0, logLimits.nodesMax);
    const [took, owner] = await Promise.all([nodesOf(this.#o.db, part, query), this.#ownerOf(part)]);
    const known = [...owner, ...took];
    const others = known.length > 0 ? known : await this.#defaultNodes();
    return [...new Set([centreLogsId, this.#o.ownId, ...others])].slice(0, logLimits.nodesMax);
  }

  /** Returns the owner of a live room, which logs what happens in it. */
  async #ownerOf({ room }: PartOf): Promise<string[]> {
    const roomKey = room && roomKeyOf(room.tenant, room.room);
    if (roomKey === undefined) return [];
    try {
      const plan = (await this.#o.views.roomPlan(roomKey)) as { lease?: { ownerId?: unknown } | null } | null;
      const ownerId = plan?.lease?.ownerId;
      return typeof ownerId === 'string' ? [ownerId] : [];
    } catch (error) {
      this.#o.log.debug({ err: error, roomKey }, 'the centre did not answer which node owns the room');
      return [];
    }
  }

  async #defaultNodes(): Promise<string[]> {
    const { nodes } = await this.#o.views.latest();
    const ofKind = (kind: string): string[] =>
      nodes.filter((node) => node.kind === kind && node.isLinked).map(({ nodeId }) => nodeId);
    return [...ofKind(nodeKind.signaling), ...ofKind(nodeKind.media)];
  }

  async #atLoki(loki: LokiConfig, { query, nodeIds }: LogSearchRequest): Promise<NodeAnswer> {
    const nodeId = 'loki';
    const { url, tenant, user, password = '' } = loki;
    const headers = {
      ...(tenant !== undefined && { 'x-scope-orgid': tenant }),
      ...(user !== undefined && { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
    };
    try {
      const request = this.#o.request ?? jsonRequest;
      const answer = await request({ url: lokiUrl(url, query, logQl(query, nodeIds, loki)), method: 'GET', headers });
      const found = answer.status === 200 ? lokiFound(answer.text, query, loki) : undefined;
      if (found !== undefined) return { nodeId, ...found };
      this.#o.log.warn({ status: answer.status, text: answer.text.slice(0, 200) }, 'Loki refused a search');
      return { nodeId, code: 'LOGS_UNREADABLE' };
    } catch (err) {
      this.#o.log.warn({ err }, 'Loki cannot be reached');
      return { nodeId, code: 'NODE_UNREACHABLE' };
    }
  }
}
