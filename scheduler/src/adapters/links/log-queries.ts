// Operators' log queries on their way from the api to nodes: the centre has a link to each node, the api to some.
import {
  call,
  centreLogsId,
  errorInfoOf,
  type LogQuery,
  logLimits,
  logQueryToWire,
  logSearchResultToWire,
  MeridianError,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Link, OwnLogReader } from '@meridian/runtime';

/** Limit of running queries, each of up to half a megabyte: four operators that query as many nodes as they may. */
const RUNNING_MAX = 4 * logLimits.nodesMax;

export interface LogQueriesOptions {
  readonly ownId: string;
  readonly ownLogReader: Pick<OwnLogReader, 'read'>;
  linkOf(nodeId: string): Link | undefined;
  isNode(nodeId: string): boolean;
}

export class LogQueries {
  readonly #o: LogQueriesOptions;
  #running = 0;

  constructor(o: LogQueriesOptions) {
    this.#o = o;
  }

  /**
   * Returns the log lines of a node, or of this centre, by its own id or as `centre`. Rejects with the node's code;
   * REQUEST_INVALID: unknown node; NODE_UNREACHABLE: it has no link, or does not answer in time; OVERLOADED: too many
   * queries run.
   */
  async linesOf(nodeId: string, query: LogQuery): Promise<wire.LogLines.$Properties> {
    if (this.#running >= RUNNING_MAX) throw new MeridianError('OVERLOADED', 'too many ask for logs now');
    this.#running += 1;
    try {
      return await this.#fetchLines(nodeId, query);
    } finally {
      this.#running -= 1;
    }
  }

  async #fetchLines(nodeId: string, query: LogQuery): Promise<wire.LogLines.$Properties> {
    const { ownId, ownLogReader: ownLogs, linkOf, isNode } = this.#o;
    if (nodeId === ownId || nodeId === centreLogsId) return logSearchResultToWire(await ownLogs.read(query));
    if (!isNode(nodeId)) throw new MeridianError('REQUEST_INVALID', 'there is no such node');
    const link = linkOf(nodeId);
    if (link === undefined) throw new MeridianError('NODE_UNREACHABLE', `${nodeId} has no link to the centre`);
    try {
      return await call(link, rpc.logLines, logQueryToWire(query), { deadlineMs: logLimits.nodeMs });
    } catch (cause) {
      const { code, message } = errorInfoOf(cause);
      throw new MeridianError(code === 'INTERNAL' ? 'NODE_UNREACHABLE' : code, message, { cause });
    }
  }
}
