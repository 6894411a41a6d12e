// Enrolment of pods: a pod shows its service-account token (audience `meridian`) in place of an enrolment token.
// Kubernetes names its owner; nothing in the request does: the id is the pod's name, the kind is configured for its
// service account, the region is the label of the pod. So a stolen token gives a certificate of that one node
// (docs/design/trust.md).
import { AddressPlaces, isTokenOver } from '@meridian/protocol';
import { type Clock, type Identity, type Logger, PkiError } from '@meridian/runtime';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { KubernetesClient } from './client.ts';
import { REGION_LABEL } from './scale-driver.ts';

export const POD_TOKEN_AUDIENCE = 'meridian';
/** Form of a JSON web token. With its claims of pod, node and account it has about 1200 characters. */
const TOKEN_FORM = /^[\w-]{1,1024}\.[\w-]{1,6144}\.[\w-]{1,1024}$/;
/** Concurrent reviews, so that unproven requests do not keep the API server busy; the rest queues. */
const reviewsMax = { total: 16, perAddress: 4 };

const claimsSchema = Type.Object({
  sub: Type.String(),
  aud: Type.Union([Type.String(), Type.Array(Type.String())]),
  exp: Type.Number(),
});

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

type Redeem = (token: string, remoteAddress: string) => Promise<Identity | undefined>;

/** Redeems enrolment tokens, and pods' tokens if configured. ENROL_UNAVAILABLE: Kubernetes is unreachable or busy. */
export function podTokens(
  tokens: { redeem(token: string): Promise<Identity | undefined> },
  o: { kubernetes: KubernetesClient | undefined; clock: Pick<Clock, 'wallMs'>; log: Logger },
): Redeem {
  const { kubernetes, clock, log } = o;
  if (kubernetes === undefined || Object.keys(kubernetes.config.serviceAccounts).length === 0)
    return (token) => tokens.redeem(token);
  const reviews = new AddressPlaces(reviewsMax);
  return async (token, remoteAddress) => {
    if (!TOKEN_FORM.test(token)) return tokens.redeem(token);
    // Anyone can make tokens of the right form, so Kubernetes reviews only possible tokens of this cluster.
    if (!mayBeOurs(token, kubernetes.config, clock.wallMs())) return undefined;
    const leave = reviews.enter(remoteAddress);
    if (leave === undefined) throw new PkiError('ENROL_UNAVAILABLE', `${reviews.total} pods enrol at once`);
    try {
      return await identityOfPod(kubernetes, token);
    } catch (error) {
      log.warn({ err: error }, 'a pod cannot enrol: Kubernetes does not answer');
      throw new PkiError('ENROL_UNAVAILABLE', 'Kubernetes cannot be asked whose token it is', { cause: error });
    } finally {
      leave();
    }
  };
}

function mayBeOurs(token: string, { namespace, serviceAccounts }: KubernetesClient['config'], wallMs: number): boolean {
  const claims = claimsOf(token);
  if (!Check(claimsSchema, claims)) return false;
  const prefix = `system:serviceaccount:${namespace}:`;
  const isNode = claims.sub.startsWith(prefix) && Object.hasOwn(serviceAccounts, claims.sub.slice(prefix.length));
  return isNode && [claims.aud].flat().includes(POD_TOKEN_AUDIENCE) && !isTokenOver(claims.exp * 1000, wallMs);
}

/** Returns undefined for claims that are not JSON. */
function claimsOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns undefined for a token of no pod of this cluster. Rejects when Kubernetes is unreachable. */
async function identityOfPod(kubernetes: KubernetesClient, token: string): Promise<Identity | undefined> {
  const { namespace, serviceAccounts } = kubernetes.config;
  const { status } = await kubernetes.request(reviewSchema, {
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/tokenreviews',
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token, audiences: [POD_TOKEN_AUDIENCE] },
    },
  });
  const { authenticated, audiences = [], user } = status;
  // An API server that does not know audiences returns none: its answer proves nothing about this audience.
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

/** Returns the region of this pod, not of a later pod of the same name. */
async function regionOfPod(kubernetes: KubernetesClient, id: string, uid: string): Promise<string | undefined> {
  const path = `/api/v1/namespaces/${kubernetes.config.namespace}/pods/${id}`;
  const { metadata } = await kubernetes.request(reviewedPod, { method: 'GET', path });
  return metadata.uid === uid ? metadata.labels?.[REGION_LABEL] : undefined;
}
