import { join } from 'node:path';

/** Ports before the offset: the page by https, the plain page with the certificate, the first signaling node. */
export const lanPorts = { page: 7843, trust: 7844, signaling: 7845 } as const;

/** Files of the authority that phones trust and of the servers' certificate, each with its key. */
export const lanFiles = (stateDir: string): { ca: string; caKey: string; cert: string; key: string } => {
  const file = (name: string): string => join(stateDir, 'lan', name);
  return { ca: file('ca.crt'), caKey: file('ca.key'), cert: file('server.crt'), key: file('server.key') };
};
