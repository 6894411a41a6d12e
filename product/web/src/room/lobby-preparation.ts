import type { MeridianClientError, Room } from '@meridian/sdk-web';
import type { PageQuery } from '../core/query.ts';
import type { JoinTokens } from './join-tokens.ts';
import type { PageConfig } from './page-config.ts';

export interface LobbyPorts {
  isInLobby(): boolean;
  makeRoom(): Room;
  config(): Promise<PageConfig>;
  readonly tokens: JoinTokens;
  /** Shows a refusal of the service while the user can still change the input. */
  refused(code: string): void;
}

export class LobbyPreparation {
  readonly #query: PageQuery;
  readonly #ports: LobbyPorts;
  #room: Room | undefined;
  /** Token that was fetched last in this lobby. */
  #token: string | undefined;

  constructor(query: PageQuery, ports: LobbyPorts) {
    this.#query = query;
    this.#ports = ports;
  }

  /** Returns the prepared room, or a new one. Each meeting gets a room of its own. */
  takeRoom(): Room {
    const room = this.#room ?? this.#ports.makeRoom();
    this.#room = undefined;
    return room;
  }

  /**
   * Prefetches what a join needs for the room and name in the lobby, each '' while invalid. Errors are ignored here,
   * since they occur again in the join, which shows them.
   */
  async prepare(fields: { room: string; name: string } | undefined, openSocket: boolean): Promise<void> {
    let config: PageConfig;
    try {
      config = await this.#ports.config();
    } catch (error) {
      console.info('The configuration was not prefetched; the join fetches it again.', error);
      return;
    }
    if (!this.#ports.isInLobby() || config.entryUrls.length === 0) return;
    if (fields !== undefined) this.#ports.tokens.prefetch(fields, config);
    this.#room ??= this.#ports.makeRoom();
    await this.#prepareConnection(config, this.#room, { openSocket, token: this.#query.token ?? this.#token });
  }

  /** Measures round trips to nearby sites and connects to the media node, which needs a token. */
  async tokenKnown(token: string): Promise<void> {
    this.#token = token;
    const config = await this.#ports.config();
    if (this.#room === undefined || !this.#ports.isInLobby()) return;
    await this.#prepareConnection(config, this.#room, { token });
  }

  async #prepareConnection(
    config: PageConfig,
    room: Room,
    { openSocket, token }: { openSocket?: boolean; token: string | undefined },
  ): Promise<void> {
    const [entryUrl] = config.entryUrls;
    if (entryUrl === undefined) return;
    const refusal: MeridianClientError | undefined = await room.prepareConnection(entryUrl, {
      ...(openSocket === undefined ? {} : { openSocket }),
      ...placeOf(config, this.#query),
      ...(token === undefined ? {} : { token }),
    });
    if (refusal !== undefined) this.#ports.refused(refusal.code);
  }
}

/** Returns the city that the page's URL names; it counts only in development. */
export function placeOf(config: PageConfig, query: PageQuery): { fromCity?: string } {
  const fromCity = config.development ? query.fromCity : undefined;
  return fromCity === undefined ? {} : { fromCity };
}
