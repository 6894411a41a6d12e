import type { Metrics } from '@meridian/runtime';
import type { Estimate } from './core/estimator.ts';

interface Pair {
  readonly from: string;
  readonly to: string;
}

/** Metrics of measurements by datagrams. Pairs are labelled by node ids, at most 256; reasons are a closed set. */
export function proberMetrics(metrics: Metrics) {
  const labels = ['from', 'to'] as const;
  const rtt = metrics.gauge('rtt_ms', 'Round trip between two probes, Peak-EWMA.', labels);
  const change = metrics.gauge('oneway_change_ms', 'One-way delay above the lowest of the last five minutes.', labels);
  const jitter = metrics.gauge('jitter_ms', 'Mean deviation of the one-way delay.', labels);
  const lossFast = metrics.gauge('loss_fast', 'Share of probes of this direction lost in 1 s.', labels);
  const lossSlow = metrics.gauge('loss_slow', 'Share of probes of this direction lost in 30 s.', labels);
  const gauges = [rtt, change, jitter, lossFast, lossSlow];
  return {
    sent: metrics.counter('probes_sent_total', 'Probe requests sent.'),
    answered: metrics.counter('probes_answered_total', 'Probe answers measured.'),
    refused: metrics.counter('datagrams_refused_total', 'Ignored datagrams, by reason.', ['reason']),
    show(pair: Pair, estimate: Estimate): void {
      rtt.set({ ...pair }, estimate.rttMs);
      change.set({ ...pair }, estimate.onewayChangeMs);
      jitter.set({ ...pair }, estimate.jitterMs);
      lossFast.set({ ...pair }, estimate.lossFast);
      lossSlow.set({ ...pair }, estimate.lossSlow);
    },
    forget(pair: Pair): void {
      for (const gauge of gauges) gauge.remove({ ...pair });
    },
  };
}

export function linkProberMetrics(metrics: Metrics) {
  const labels = ['from', 'to'] as const;
  return {
    rtt: metrics.gauge('link_rtt_ms', 'Smoothed round-trip time of the link to another probe.', labels),
    deviation: metrics.gauge('link_rtt_deviation_ms', "Mean deviation of the link's round-trip time.", labels),
    loss: metrics.gauge('link_loss', 'Share of the last 30 probes lost.', labels),
  };
}
