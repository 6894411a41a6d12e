// Where the parts of the local network are: ports and files.
import { join } from 'node:path';

/** Ports, before the offset: the page by https, the plain page of the certificate, the first of the signaling nodes. */
export const lanPorts = { page: 7843, trust: 7844, signaling: 7845 } as const;

/** The authority that phones trust, and the certificate that servers show, each with its key. */
export const lanFiles = (stateDir: string): { ca: string; caKey: string; cert: string; key: string } => {
  const file = (name: string): string => join(stateDir, 'lan', name);
  return { ca: file('ca.crt'), caKey: file('ca.key'), cert: file('server.crt'), key: file('server.key') };
};
