// Operators' log queries on their way to nodes: the centre has a link to each node, the api to some.
import {
  call,
  centreLogsId,
  errorInfoOf,
  type LogQuery,
  logFoundToWire,
  logLimits,
  logQueryToWire,
  MeridianError,
  rpc,
  type wire,
} from '@meridian/protocol';
import type { Link, LogLines } from '@meridian/runtime';

/** Limit of queries of up to half a megabyte each: four operators that query as many nodes as they may. */
const UNDER_WAY_MAX = 4 * logLimits.nodesMax;

export interface LogAsksOptions {
  readonly ownId: string;
  readonly own: Pick<LogLines, 'read'>;
  linkOf(nodeId: string): Link | undefined;
  isNode(nodeId: string): boolean;
}

export class LogAsks {
  readonly #o: LogAsksOptions;
  #underWay = 0;

  constructor(o: LogAsksOptions) {
    this.#o = o;
  }

  /**
   * Returns the log lines of a node, or of this centre, by its own id or as `centre`. Rejects with the node's code;
   * REQUEST_INVALID: unknown node; NODE_UNREACHABLE: it has no link, or does not answer in time; OVERLOADED: too many
   * queries run.
   */
  async of(nodeId: string, query: LogQuery): Promise<wire.LogLines.$Properties> {
    if (this.#underWay >= UNDER_WAY_MAX) throw new MeridianError('OVERLOADED', 'too many ask for logs now');
    this.#underWay += 1;
    try {
      return await this.#of(nodeId, query);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #of(nodeId: string, query: LogQuery): Promise<wire.LogLines.$Properties> {
    const { ownId, own, linkOf, isNode } = this.#o;
    if (nodeId === ownId || nodeId === centreLogsId) return logFoundToWire(await own.read(query));
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
