// Viewers by HLS: an edge cache in front of a gateway, beside nginx with the same files.
import type { CrowdPart } from './part.ts';

export const hlsCrowd: CrowdPart = {
  summary: 'viewers by HLS',
  run: async (options) => ({ params: { viewers: options.viewers ?? 0 }, metrics: {}, missed: ['not measured yet'] }),
};
