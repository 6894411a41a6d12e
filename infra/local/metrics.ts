// Where the processes of `npm start -- --metrics` show their metrics.
import type { ChildSpec } from './spec.ts';

const ip = '127.0.0.1';
/** One number after the other from here, in the order in which processes are started. */
const firstPort = 7100;

/** The same processes, each of ours with `/metrics` on a port of its own. */
export function withMetrics(children: readonly ChildSpec[], portOffset: number): ChildSpec[] {
  let next = firstPort + portOffset;
  return children.map((child) => {
    if (child.program !== undefined) return child; // not ours: it has none
    const port = next;
    next += 1;
    return {
      ...child,
      config: { ...child.config, metricsHost: ip, metricsPort: port },
      endpoints: [...child.endpoints, { purpose: 'http', protocol: 'tcp', ip, port, what: '/metrics (loopback only)' }],
    };
  });
}
