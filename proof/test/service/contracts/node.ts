import { call, type MeridianError, type Rpc } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { onTestFinished } from 'vitest';
import { connectPair, makeCluster } from '../../../../base/runtime/test/support/cluster.ts';
import { nodeErrorOf } from '../../../../product/api/src/nodes/node-links.ts';

/** Sends a request. Rejects as `NodeLinks.call` of the api. */
export type Ask = <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>) => Promise<A>;

const cluster = makeCluster();

/** Connects to a service over a real link until the test ends. */
export async function linkedTo(onLink: (link: Link) => void): Promise<Ask> {
  const pair = await connectPair(await cluster, { server: { onLink } });
  onTestFinished(() => pair.close());
  return (kind, message) =>
    call(pair.near, kind, message).catch((error: unknown): never => {
      throw nodeErrorOf(error) satisfies MeridianError;
    });
}
