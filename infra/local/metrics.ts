import type { ChildSpec } from './spec.ts';

const ip = '127.0.0.1';
/** First of consecutive ports in start order. */
const firstPort = 7100;

export function withMetrics(children: readonly ChildSpec[], portOffset: number): ChildSpec[] {
  let next = firstPort + portOffset;
  return children.map((child) => {
    if (child.program !== undefined) return child; // not our program, so without metrics
    const port = next;
    next += 1;
    return {
      ...child,
      config: { ...child.config, metricsHost: ip, metricsPort: port },
      endpoints: [...child.endpoints, { purpose: 'http', protocol: 'tcp', ip, port, what: '/metrics (loopback only)' }],
    };
  });
}
