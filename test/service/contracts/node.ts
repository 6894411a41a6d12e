// A node at the other end of a link, as the api asks it.
import { call, type MeridianError, type Rpc } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { onTestFinished } from 'vitest';
import { nodeErrorOf } from '../../../api/src/nodes/node-links.ts';
import { connectPair, makeCluster } from '../../../runtime/test/support/cluster.ts';

/** Rejects as `NodeLinks.call` of the api. */
export type Ask = <Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>) => Promise<A>;

const cluster = makeCluster();

/** Asks what is served on a real link, until the test is over. */
export async function linkedTo(onLink: (link: Link) => void): Promise<Ask> {
  const pair = await connectPair(await cluster, { server: { onLink } });
  onTestFinished(() => pair.close());
  return (kind, message) =>
    call(pair.near, kind, message).catch((error: unknown): never => {
      throw nodeErrorOf(error) satisfies MeridianError;
    });
}
