import type { Metrics } from '@meridian/runtime';
import type { DropKind } from './core/rtmp/drops.ts';
import type { ProtocolTotals } from './live/live-rooms.ts';

type Gauge = ReturnType<Metrics['gauge']>;

/** Counts connections ended before they proved anything; `why` as in `ConnectionGateOptions.onEnded`. */
export function connectionMetrics(metrics: Metrics): (listener: 'http' | 'rtmp', why: string) => void {
  const ended = metrics.counter(
    'connections_unproven_ended_total',
    'Connections closed before they authenticated: too late (late), displaced by a newer connection (evicted), or above the limit (full).',
    ['listener', 'why'],
  );
  return (listener, why) => ended.inc({ listener, why });
}

/** Counts dropped messages by kind (`core/rtmp/drops.ts`). */
export function rtmpMetrics(metrics: Metrics): (kind: DropKind) => void {
  const dropped = metrics.counter(
    'rtmp_messages_dropped_total',
    'Messages of encoders and foreign RTMP servers that were not understood, or came early, late or twice, by kind.',
    ['kind'],
  );
  return (kind) => dropped.inc({ kind });
}

export function udpMetrics(metrics: Metrics): { readonly dropped: () => void } {
  const dropped = metrics.counter(
    'udp_datagrams_dropped_total',
    'Datagrams to the port of native clients that are not valid SRTP of a client.',
  );
  return { dropped: () => dropped.inc() };
}

export function waitingMetrics(metrics: Metrics): {
  readonly ended: (viewers: number) => void;
  readonly waiting: (bytes: number) => void;
} {
  const ended = metrics.counter(
    'slow_viewers_ended_total',
    'Viewers disconnected because too many bytes waited for all slow viewers together.',
  );
  const waiting = metrics.gauge('viewer_bytes_waiting', 'Bytes queued in the connections of all viewers.');
  return { ended: (viewers) => ended.inc(viewers), waiting: (bytes) => waiting.set(bytes) };
}

export function liveMetrics(metrics: Metrics): (totals: ReadonlyMap<string, ProtocolTotals>) => void {
  const gauges: Readonly<Record<keyof ProtocolTotals, Gauge>> = {
    publishers: metrics.gauge('publishers', 'Publishers.', ['protocol']),
    warned: metrics.gauge('publishers_warned', 'Publishers whose stream has a fault that viewers notice.', [
      'protocol',
    ]),
    ingestKbps: metrics.gauge('ingest_kbps', 'Bit rate received from publishers in kbit/s.', ['protocol']),
    viewers: metrics.gauge('viewers', 'Players and other viewers; each push is one.', ['protocol']),
    egressKbps: metrics.gauge('egress_kbps', 'Bit rate sent to viewers in kbit/s.', ['protocol']),
  };
  return (totals) => {
    for (const [name, gauge] of Object.entries(gauges)) {
      gauge.reset();
      for (const [protocol, total] of totals) gauge.set({ protocol }, total[name as keyof ProtocolTotals]);
    }
  };
}
