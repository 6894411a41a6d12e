import type { MeridianClientError, Room } from '@meridian/sdk-web';
import type { PageQuery } from '../core/query.ts';
import type { JoinTokens } from './join-tokens.ts';
import type { PageConfig } from './page-config.ts';

export interface LobbyPorts {
  isInLobby(): boolean;
  /** A room that has not connected. */
  makeRoom(): Room;
  config(): Promise<PageConfig>;
  readonly tokens: JoinTokens;
  /** Shows what the service refuses while the user can still change something. */
  refused(code: string): void;
}

/** Gets the room of the next meeting ready while the user is in the lobby. */
export class LobbyPreparation {
  readonly #query: PageQuery;
  readonly #ports: LobbyPorts;
  #room: Room | undefined;

  constructor(query: PageQuery, ports: LobbyPorts) {
    this.#query = query;
    this.#ports = ports;
  }

  /** The room, ready or not; the next meeting gets another. */
  take(): Room {
    const room = this.#room ?? this.#ports.makeRoom();
    this.#room = undefined;
    return room;
  }

  /**
   * Fetches what joining needs. `shown`: room and name in the lobby, '' while not legal. What fails here fails again,
   * and is shown, when joining.
   */
  async prepare(shown: { room: string; name: string } | undefined, openSocket: boolean): Promise<void> {
    let config: PageConfig;
    try {
      config = await this.#ports.config();
    } catch (error) {
      console.info('Joining will ask for the configuration again.', error);
      return;
    }
    if (!this.#ports.isInLobby() || config.entryUrls.length === 0) return;
    if (shown !== undefined && shown.room !== '' && shown.name !== '' && config.devToken)
      this.#ports.tokens.want(shown);
    this.#room ??= this.#ports.makeRoom();
    await this.#prepareConnection(config, this.#room, { openSocket, token: this.#query.token });
  }

  /** Times the service's instances near by, now that there is a token to show them. */
  async timeSites(token: string): Promise<void> {
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

/** The city of the page's address, which counts in development. */
export function placeOf(config: PageConfig, query: PageQuery): { fromCity?: string } {
  const fromCity = config.development ? query.fromCity : undefined;
  return fromCity === undefined ? {} : { fromCity };
}
