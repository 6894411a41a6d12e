// A pod that enrols shows its service-account token (audience `meridian`) in place of an enrolment token. Kubernetes
// says whose it is; nothing in the request does: the id is the pod's name, the kind what the configuration says of its
// service account, the region the label of the pod. So a stolen token gives a certificate of that one node
// (docs/design/trust.md).
import { type Identity, type Logger, PkiError } from '@meridian/runtime';
import { Type } from 'typebox';
import type { KubernetesClient } from './client.ts';
import { REGION_LABEL } from './scale-driver.ts';

export const POD_TOKEN_AUDIENCE = 'meridian';
/** A JSON web token. With its claims of pod, node and account it has about 1200 characters. */
const TOKEN_FORM = /^[\w-]{1,1024}\.[\w-]{1,6144}\.[\w-]{1,1024}$/;
/** Reviews at once: what has proved nothing must not keep the API server busy. A start of hundreds of pods queues. */
const REVIEWS_MAX = 16;

const reviewSchema = Type.Object({
  status: Type.Object({
    authenticated: Type.Optional(Type.Boolean()),
    audiences: Type.Optional(Type.Array(Type.String())),
    user: Type.Optional(
      Type.Object({
        username: Type.Optional(Type.String()),
        extra: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
      }),
    ),
  }),
});

const reviewedPod = Type.Object({
  metadata: Type.Object({
    uid: Type.String(),
    labels: Type.Optional(Type.Object({ [REGION_LABEL]: Type.Optional(Type.String()) })),
  }),
});

type Redeem = (token: string) => Promise<Identity | undefined>;

/**
 * Redeems enrolment tokens, and tokens of pods when the configuration lets pods enrol. ENROL_UNAVAILABLE while
 * Kubernetes cannot be asked, or is asked too much.
 */
export function podTokens(
  tokens: { redeem: Redeem },
  o: { kubernetes: KubernetesClient | undefined; log: Logger },
): Redeem {
  const { kubernetes, log } = o;
  if (kubernetes === undefined || Object.keys(kubernetes.config.serviceAccounts).length === 0)
    return (token) => tokens.redeem(token);
  let reviews = 0;
  return async (token) => {
    if (!TOKEN_FORM.test(token)) return tokens.redeem(token);
    if (reviews >= REVIEWS_MAX) throw new PkiError('ENROL_UNAVAILABLE', `${REVIEWS_MAX} pods enrol at once`);
    reviews += 1;
    try {
      return await identityOfPod(kubernetes, token);
    } catch (error) {
      log.warn({ err: error }, 'a pod cannot enrol: Kubernetes does not answer');
      throw new PkiError('ENROL_UNAVAILABLE', 'Kubernetes cannot be asked whose token it is', { cause: error });
    } finally {
      reviews -= 1;
    }
  };
}

/** Undefined for a token that is no pod's of ours now. Rejects when Kubernetes cannot be asked. */
async function identityOfPod(kubernetes: KubernetesClient, token: string): Promise<Identity | undefined> {
  const { namespace, serviceAccounts } = kubernetes.config;
  const { status } = await kubernetes.ask(reviewSchema, {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [POD_TOKEN_AUDIENCE] },
    },
  });
  const { authenticated, audiences = [], user } = status;
  // An API server that does not know audiences answers none: its word says nothing about ours.
  if (authenticated !== true || !audiences.includes(POD_TOKEN_AUDIENCE)) return undefined;
  const prefix = `system:serviceaccount:${namespace}:`;
  const account = user?.username?.startsWith(prefix) === true ? user.username.slice(prefix.length) : '';
  const kind = Object.hasOwn(serviceAccounts, account) ? serviceAccounts[account] : undefined;
  const id = user?.extra?.['authentication.kubernetes.io/pod-name']?.[0];
  const uid = user?.extra?.['authentication.kubernetes.io/pod-uid']?.[0];
  if (kind === undefined || id === undefined || uid === undefined || !/^[a-z0-9.-]{1,64}$/.test(id)) return undefined;
  const region = await regionOfPod(kubernetes, id, uid);
  return region === undefined ? undefined : { id, kind, region };
}

/** Of this pod and no later one of the same name. */
async function regionOfPod(kubernetes: KubernetesClient, id: string, uid: string): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${kubernetes.config.namespace}/pods/${id}`;
  const { metadata } = await kubernetes.ask(reviewedPod, { method: 'GET', path });
  return metadata.uid === uid ? metadata.labels?.[REGION_LABEL] : undefined;
}
