// Measures once a second how much the participants of each limited tenant send to this node, and limits each sender
// (core/publish-budget.ts decides). Traffic from other nodes over pipes is not counted. At most `transportsPerTick`
// transports are measured per tick, in rotation; the others keep their last bitrate.
import { partsOfRoomKey } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import { nextRate, type PublishState, type Rate, stepPublish } from '../core/index.ts';
import type { ClientTransport } from '../engine.ts';
import { type EndingParts, endTrack } from './endings.ts';
import type { Room } from './room.ts';
import type { Session } from './session.ts';
import type { PublishLimit } from './shapes.ts';
import type { NodeTrack } from './track.ts';

const tickMs = 1000;
const transportsPerTick = 128;
/** A sender's new limit is sent only when it differs from the last one by more than this share. */
const resendShare = 0.05;
/** Audio tracks are ended for excess only above this bitrate, which no real audio has. */
const audioBpsMax = 600_000;

export interface PublishBudgetsPorts {
  readonly clock: Clock;
  readonly log: Logger;
  parts(): EndingParts;
}

interface Tenant {
  /** Stored even when it is 0 (no limit), so that a message with an older version is recognised. */
  readonly limit: PublishLimit;
  readonly state: PublishState;
  readonly sentLimits: Map<ClientTransport, number>;
}
type Senders = Map<string, { readonly session: Session; readonly transport: ClientTransport; readonly room: Room }>;

export class PublishBudgets {
  readonly #ports: PublishBudgetsPorts;
  readonly #tenants = new Map<string, Tenant>();
  readonly #rates = new WeakMap<ClientTransport, Rate>();
  #timer: Timer | undefined;
  #nextIndex = 0;
  #isStepping = false;
  #endedTracks = 0;

  constructor(ports: PublishBudgetsPorts) {
    this.#ports = ports;
  }

  /** Counts for metrics: tenants with a limit, and tracks ended for it. */
  get counts(): { tenants: number; ended: number } {
    const tenants = [...this.#tenants.values()].filter(({ limit }) => limit.publishBps > 0).length;
    return { tenants, ended: this.#endedTracks };
  }

  start(): void {
    this.#timer ??= this.#ports.clock.every(tickMs, () => {
      this.stepTenants().catch((error: unknown) =>
        this.#ports.log.warn({ err: error }, 'the traffic of tenants could not be checked'),
      );
    });
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Sets the limit of a tenant; ignores a message with an older version. */
  limit(tenant: string, limit: PublishLimit): void {
    const known = this.#tenants.get(tenant);
    if (known === undefined ? limit.publishBps === 0 : limit.version < known.limit.version) return;
    this.#tenants.set(tenant, { state: new Map(), sentLimits: new Map(), ...known, limit });
  }

  /** Checks every tenant; skips while an earlier check is still running. */
  async stepTenants(): Promise<void> {
    if (this.#isStepping || this.#tenants.size === 0) return;
    this.#isStepping = true;
    try {
      const senders = this.#senders();
      for (const tenant of [...this.#tenants.keys()]) if (!senders.has(tenant)) this.#tenants.delete(tenant);
      await this.#measure(
        [...senders.values()].flatMap((tenantSenders) => [...tenantSenders.values()].map(({ transport }) => transport)),
      );
      for (const [tenant, tenantSenders] of senders) await this.#stepTenant(tenant, tenantSenders);
    } finally {
      this.#isStepping = false;
    }
  }

  /** Returns the sending sessions of each tenant in `#tenants`; none for a tenant whose sessions do not send. */
  #senders(): Map<string, Senders> {
    const sendersByTenant = new Map<string, Senders>();
    for (const room of this.#ports.parts().rooms.all()) {
      const tenant = partsOfRoomKey(room.key)?.tenant ?? '';
      if (!this.#tenants.has(tenant) || room.members.sessions.size === 0) continue;
      const senders: Senders = sendersByTenant.get(tenant) ?? new Map();
      sendersByTenant.set(tenant, senders);
      for (const { sessionId, media: session, publishes } of room.members.sessions.values()) {
        const transport = session.sendTransport;
        const isSending = publishes.size > 0 || session.prepared.size > 0;
        if (transport !== undefined && isSending) senders.set(sessionId, { session, transport, room });
      }
    }
    return sendersByTenant;
  }

  async #measure(transports: readonly ClientTransport[]): Promise<void> {
    const from = transports.length <= transportsPerTick ? 0 : this.#nextIndex % transports.length;
    this.#nextIndex = from + transportsPerTick;
    const batch = [...transports.slice(from), ...transports.slice(0, from)].slice(0, transportsPerTick);
    await Promise.all(
      batch.map(async (transport) => {
        const traffic = await transport.traffic().catch(() => undefined); // the transport has closed meanwhile
        if (traffic === undefined) return;
        const rate = nextRate(this.#rates.get(transport), traffic.receivedBytes, this.#ports.clock.nowMs());
        this.#rates.set(transport, rate);
      }),
    );
  }

  async #stepTenant(name: string, senders: Senders): Promise<void> {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) return;
    const limitBps = tenant.limit.publishBps;
    const currentTransports = new Set([...senders.values()].map(({ transport }) => transport));
    for (const transport of tenant.sentLimits.keys())
      if (!currentTransports.has(transport)) tenant.sentLimits.delete(transport);
    if (limitBps === 0) {
      for (const transport of tenant.sentLimits.keys()) this.#sendLimit(transport, 0);
      tenant.sentLimits.clear();
      return;
    }
    const { state, excessBps, overdue } = stepPublish(tenant.state, {
      nowMs: this.#ports.clock.nowMs(),
      limitBps,
      senders: [...senders].map(([key, { transport }]) => ({ key, bps: this.#rates.get(transport)?.bps ?? 0 })),
    });
    this.#tenants.set(name, { ...tenant, state });
    for (const [key, { transport }] of senders) {
      const shareBps = state.get(key)?.shareBps ?? limitBps;
      const sentBps = tenant.sentLimits.get(transport) ?? 0;
      if (Math.abs(shareBps - sentBps) <= sentBps * resendShare) continue;
      tenant.sentLimits.set(transport, shareBps);
      this.#sendLimit(transport, shareBps);
    }
    await this.#endExcess(
      overdue.flatMap((key) => senders.get(key) ?? []),
      { tenant: name, limitBps, excessBps },
    );
  }

  #sendLimit(transport: ClientTransport, bps: number): void {
    transport.limitIncoming(bps).catch((error: unknown) => {
      this.#ports.log.debug({ transportId: transport.id, err: error }, 'a sender was not informed of its share');
    });
  }

  /** Ends one track of each overdue sender until the excess is gone. */
  async #endExcess(
    overdue: readonly { readonly session: Session; readonly room: Room }[],
    { tenant, limitBps, excessBps }: { tenant: string; limitBps: number; excessBps: number },
  ): Promise<void> {
    let remainingBps = excessBps;
    for (const { session, room } of overdue) {
      if (remainingBps <= 0) return;
      const largest = await largestEndableTrackOf(room, session);
      if (largest === undefined || largest.track.closed) continue;
      remainingBps -= largest.bps;
      this.#endedTracks += 1;
      const { trackId } = largest.track;
      this.#ports.log.warn(
        { ...session.at, trackId, bps: largest.bps, tenant, limitBps, excessBps },
        'a track is ended: its tenant sends more than its limit, and its publisher more than its share',
      );
      endTrack(this.#ports.parts(), room, largest.track, 'QUOTA_EXCEEDED', true);
    }
  }
}

/** Returns the session's track whose end saves the most; undefined when none may be ended. */
async function largestEndableTrackOf(
  room: Room,
  session: Session,
): Promise<{ track: NodeTrack; bps: number } | undefined> {
  const published = [...(room.members.sessions.get(session.sessionId)?.publishes ?? [])];
  const tracks = published.flatMap((trackId) => room.members.tracks.get(trackId)?.media ?? []);
  const tracksWithBitrate = await Promise.all(
    tracks.map(async (track) => ({ track, bps: await track.producer.bitrateBps() })),
  );
  const endable = tracksWithBitrate.filter(({ track, bps }) => track.producer.kind === 'video' || bps > audioBpsMax);
  return endable.sort((a, b) => b.bps - a.bps)[0];
}
