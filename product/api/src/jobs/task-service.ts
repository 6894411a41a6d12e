// Serves tasks to nodes over links. The link's certificate identifies the node; messages are validated here.
import { type ControlLink, MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import type { Identity } from '@meridian/runtime';
import type { Jobs } from './jobs.ts';

const KINDS_MAX = 32;
const NAME_CHARACTERS_MAX = 64;
/** Limit that leaves room for other forms: ids and leases have 23 characters. */
const ID_CHARACTERS_MAX = 64;
/** Details are text for operators. */
const DETAIL_CHARACTERS_MAX = 1000;
const CODE = /^([A-Z][A-Z0-9_]{0,63})?$/;
/** Results are facts about files; the files themselves are elsewhere. */
const RESULT_CHARACTERS_MAX = 512 * 1024;
/** More than a machine has processors. */
const FREE_MAX = 1024;
/** Interval at which a node with free slots requests tasks again; the same as the poll interval of instances. */
const ASK_AGAIN_MS = 1000;

export type TaskLink = ControlLink & { readonly remote: Pick<Identity, 'id' | 'kind' | 'region'> };

/** Answers takeTasks, renewTask and endTask. `poolsOf`: pools of which the node may run tasks. */
export function serveTasks(
  link: TaskLink,
  jobs: Pick<Jobs, 'take' | 'renew' | 'end'>,
  poolsOf: (node: string) => readonly string[],
): void {
  const { id: node, kind: worker, region } = link.remote;
  serve(link, rpc.takeTasks, async ({ kinds = [], free = 0 }) => {
    const isGood = kinds.length <= KINDS_MAX && kinds.every((kind) => kind.length <= NAME_CHARACTERS_MAX);
    if (!isGood || free > FREE_MAX) throw invalid('kinds', 'free');
    const tasks = await jobs.take({ worker, node, region, kinds, free, pools: poolsOf(node) });
    return { tasks: tasks.map(wireOf), againMs: ASK_AGAIN_MS };
  });
  serve(link, rpc.renewTask, async ({ id = '', lease = '', done = 0 }) => {
    if (!(done >= 0 && done <= 1)) throw invalid('done');
    return leaseOf(await jobs.renew(heldBy(node, id, lease), done, region));
  });
  serve(link, rpc.endTask, async ({ id = '', lease = '', code = '', detail = '', retryable = false, result = '' }) => {
    const isDetail = detail.length <= DETAIL_CHARACTERS_MAX && !detail.includes('\0');
    if (!CODE.test(code) || !isDetail) throw invalid('code', 'detail');
    if (code === '' && !isJson(result)) throw invalid('result');
    const end = { code, detail, retryable, result };
    return { isHeld: await jobs.end(heldBy(node, id, lease), end), leaseMs: 0 };
  });
}

const wireOf = ({ id, kind, tenant, payload, attempt, lease, leaseMs }: Awaited<ReturnType<Jobs['take']>>[number]) => {
  const task: wire.Task.$Properties = { id, kind, tenant, payload, attempt, lease, leaseMs };
  return task;
};

const leaseOf = (leaseMs: number) => ({ isHeld: leaseMs > 0, leaseMs });

/** Throws REQUEST_INVALID for malformed values, also for an empty lease, which belongs to no run. */
export function heldBy(node: string, id: string, lease: string) {
  if ([id, lease].some((text) => text === '' || text.length > ID_CHARACTERS_MAX || text.includes('\0')))
    throw invalid('id', 'lease');
  return { id, lease, node };
}

function isJson(text: string): boolean {
  if (text.length > RESULT_CHARACTERS_MAX) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // The caller refuses it.
  }
}

const invalid = (...fields: string[]): MeridianError =>
  new MeridianError('REQUEST_INVALID', `not allowed: ${fields.join(', ')}`);
