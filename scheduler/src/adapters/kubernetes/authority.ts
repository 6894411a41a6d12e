// Publishes the cluster's certificate authority to pods, which must know it before they show their token to anything
// that calls itself the centre. The centre writes its certificate into a ConfigMap, which pods mount: they wait for it
// at their first start.
import type { Authority, Clock, Logger, Timer } from '@meridian/runtime';
import { Type } from 'typebox';
import type { KubernetesClient } from './client.ts';

/** Interval of repeated writes, because the ConfigMap may be removed while the centre runs. */
const WRITE_AGAIN_MS = 60_000;
const RETRY_MS = 5000;

/** Writes the certificate now and every minute, until the returned function is called. Retries and logs failures. */
export function publishAuthority(o: {
  kubernetes: KubernetesClient;
  authority: Pick<Authority, 'caPem'>;
  clock: Clock;
  log: Logger;
}): () => void {
  const { kubernetes, authority, clock, log } = o;
  const { namespace, authorityConfigMap: name, serviceAccounts } = kubernetes.config;
  let timer: Timer | undefined;
  let isClosed = Object.keys(serviceAccounts).length === 0;
  const write = async (): Promise<void> => {
    if (isClosed) return;
    let waitMs = WRITE_AGAIN_MS;
    try {
      const metadata = { name, namespace };
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': authority.caPem } };
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=meridian&force=true`;
      const contentType = 'application/apply-patch+yaml';
      await kubernetes.request(Type.Object({}), { method: 'PATCH', path, body, contentType });
    } catch (error) {
      log.warn({ err: error, name }, 'the authority is not written for pods');
      waitMs = RETRY_MS;
    }
    if (!isClosed) timer = clock.after(waitMs, () => void write());
  };
  void write();
  return () => {
    isClosed = true;
    timer?.cancel();
  };
}
