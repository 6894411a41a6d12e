// What the open panels of a meeting show: asked for when a panel is opened, and again for as long as it is open.
import type { Room } from '@meridian/sdk-web';
import { statsOf, type TrackReading } from '../core/call-stats.ts';
import { addressesWanted, type MeetingAction, type MeetingState, unexplained } from '../core/meeting.ts';
import type { ExplanationModel } from '../core/model.ts';
import type { AddressesState } from '../core/stream-addresses.ts';
import { readTracks } from './call-stats.ts';
import { codeOf } from './failure.ts';
import { fetchAddresses, fetchLiveStreams } from './gateway.ts';
import type { PageConfig } from './page-config.ts';

/** The SDK measures as often. */
export const STATS_MS = 2000;
/** Between two questions about the streams that go in and out by other protocols. */
const LIVE_MS = 3000;

export interface PanelPorts {
  /** Of the meeting, while there is one. */
  room(): Room | undefined;
  state(): MeetingState;
  dispatch(action: MeetingAction): void;
  config(): Promise<PageConfig>;
  /** Development only: the city that stands in for the place of the address. */
  fromCity(config: PageConfig): string | undefined;
  /** Rejects as the page's server or the api does. */
  freshToken(): Promise<string>;
}

export class PanelFeeds {
  readonly #ports: PanelPorts;
  /** The latest watch of the streams. */
  #streamsWatch: object | undefined;
  /** The room of the statistics that are being watched. */
  #statsWatched: Room | undefined;

  constructor(ports: PanelPorts) {
    this.#ports = ports;
  }

  /** To be called after each change of the state; asks for what the open panel lacks. */
  stateChanged(): void {
    const decisionId = unexplained(this.#ports.state());
    if (decisionId !== undefined) void this.explain(decisionId);
    if (addressesWanted(this.#ports.state())) void this.askAddresses();
    if (this.#ports.state().panel === 'stats') void this.#watchStats();
  }

  /**
   * An answer about another decision (we were moved meanwhile) is as good as none: that one is asked about by itself.
   */
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
    const isStill = room === this.#ports.room() && this.#ports.state().placement?.decisionId === decisionId;
    if (isStill) this.#ports.dispatch({ type: 'explanation', explanation });
  }

  /** Keys are of the token with which the page was opened, or of a fresh one of its server. */
  async askAddresses(): Promise<void> {
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

  /** Shows what goes in and out for as long as the panel is open, and the gateways let this token look. */
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
        if (codeOf(error) !== 'GATEWAY_UNREACHABLE') return; // it would say the same again
      }
      await new Promise((resolve) => setTimeout(resolve, LIVE_MS));
    }
  }

  /** Shows the counters of all tracks for as long as their panel is open. */
  async #watchStats(): Promise<void> {
    const room = this.#ports.room();
    if (room === undefined || room === this.#statsWatched) return;
    this.#statsWatched = room;
    const isOn = (): boolean => room === this.#ports.room() && this.#ports.state().panel === 'stats';
    let before: readonly TrackReading[] = [];
    while (isOn()) {
      const now = await readTracks(room);
      const stats = { takenWallMs: Date.now(), summary: room.getStatsSummary(), tracks: statsOf(before, now) };
      if (isOn()) this.#ports.dispatch({ type: 'stats', stats });
      before = now;
      await new Promise((resolve) => setTimeout(resolve, STATS_MS));
    }
    if (this.#statsWatched === room) this.#statsWatched = undefined;
  }
}
