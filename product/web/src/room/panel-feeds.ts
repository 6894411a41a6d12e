// Fetches the data of a meeting's open panels: at opening, and repeatedly while open.
import type { Room } from '@meridian/sdk-web';
import { statsOf, type TrackReading } from '../core/call-stats.ts';
import { decisionToExplain, type MeetingAction, type MeetingState, needsAddresses } from '../core/meeting.ts';
import type { ExplanationModel } from '../core/model.ts';
import type { AddressesState } from '../core/stream-addresses.ts';
import { readTracks } from './call-stats.ts';
import { codeOf } from './failure.ts';
import { fetchAddresses, fetchLiveStreams } from './gateway.ts';
import type { PageConfig } from './page-config.ts';

/** Interval of the statistics, the same as that of the SDK's measurements. */
export const STATS_MS = 2000;
/** Interval of requests for the live streams of a room. */
const LIVE_MS = 3000;

export interface PanelPorts {
  room(): Room | undefined;
  state(): MeetingState;
  dispatch(action: MeetingAction): void;
  config(): Promise<PageConfig>;
  /** Returns the city that counts in place of the client's IP location, in development only. */
  fromCity(config: PageConfig): string | undefined;
  /** Rejects as the page's server or the API does. */
  freshToken(): Promise<string>;
}

export class PanelFeeds {
  readonly #ports: PanelPorts;
  /** Identity of the latest watch of the streams; an earlier one then ends. */
  #streamsWatch: object | undefined;
  /** The room whose statistics are watched. */
  #statsRoom: Room | undefined;

  constructor(ports: PanelPorts) {
    this.#ports = ports;
  }

  /** Fetches what the open panel lacks; call it after each change of the state. */
  stateChanged(): void {
    const decisionId = decisionToExplain(this.#ports.state());
    if (decisionId !== undefined) void this.explain(decisionId);
    if (needsAddresses(this.#ports.state())) void this.showAddresses();
    if (this.#ports.state().panel === 'stats') void this.#watchStats();
  }

  /** Fetches the reasons for a decision. Ignores the answer if the client moved meanwhile: that is another decision. */
  async explain(decisionId: string): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined) return;
    this.#ports.dispatch({ type: 'explanation', explanation: { decisionId, state: 'asked' } });
    let explanation: ExplanationModel;
    try {
      const { reasons, options } = await room.explainPlacement();
      explanation = { decisionId, state: 'known', reasons, options };
    } catch (error) {
      explanation = { decisionId, state: 'failed', code: codeOf(error) };
    }
    const isCurrent = room === this.#ports.room() && this.#ports.state().placement?.decisionId === decisionId;
    if (isCurrent) this.#ports.dispatch({ type: 'explanation', explanation });
  }

  /** Fetches the addresses for other protocols, and watches the live streams. */
  async showAddresses(): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined) return;
    this.#ports.dispatch({ type: 'addresses', addresses: { state: 'asked' } });
    let addresses: AddressesState;
    try {
      const config = await this.#ports.config();
      const token = await this.#ports.freshToken();
      const { identity, permissions } = room.localParticipant;
      const fromCity = this.#ports.fromCity(config);
      const { gatewayUrls } = config;
      void this.#watchStreams(room, { gatewayUrls, token });
      addresses = {
        state: 'known',
        addresses: await fetchAddresses({ gatewayUrls, token, identity, admin: permissions.admin, fromCity }),
      };
    } catch (error) {
      addresses = { state: 'failed', code: codeOf(error) };
    }
    if (room === this.#ports.room() && this.#ports.state().panel === 'streaming')
      this.#ports.dispatch({ type: 'addresses', addresses });
  }

  /** Shows the live streams while the panel is open and the gateways accept this token. */
  async #watchStreams(room: Room, o: { gatewayUrls: readonly string[]; token: string }): Promise<void> {
    const watch = {};
    this.#streamsWatch = watch;
    const isOn = (): boolean =>
      this.#streamsWatch === watch && room === this.#ports.room() && this.#ports.state().panel === 'streaming';
    while (isOn()) {
      try {
        const liveStreams = await fetchLiveStreams(o);
        if (isOn()) this.#ports.dispatch({ type: 'liveStreams', liveStreams });
      } catch (error) {
        if (codeOf(error) !== 'GATEWAY_UNREACHABLE') return; // a refusal would repeat
      }
      await new Promise((resolve) => setTimeout(resolve, LIVE_MS));
    }
  }

  /** Shows the statistics of all tracks while their panel is open. */
  async #watchStats(): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined || room === this.#statsRoom) return;
    this.#statsRoom = room;
    const isOn = (): boolean => room === this.#ports.room() && this.#ports.state().panel === 'stats';
    let before: readonly TrackReading[] = [];
    while (isOn()) {
      const now = await readTracks(room);
      const stats = { takenWallMs: Date.now(), summary: room.getStatsSummary(), tracks: statsOf(before, now) };
      if (isOn()) this.#ports.dispatch({ type: 'stats', stats });
      before = now;
      await new Promise((resolve) => setTimeout(resolve, STATS_MS));
    }
    if (this.#statsRoom === room) this.#statsRoom = undefined;
  }
}
