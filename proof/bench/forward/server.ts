// Server under measurement: forwards packets of publishers to subscribers, which are light clients in another network
// namespace.
import type { LightClients, Trace } from '../capacity/clients.ts';

export interface ForwardServer {
  /** Programme, version, settings and SRTP suite: printed beside its figures. */
  readonly title: string;
  /** Processes whose threads all count, on the server's processor. */
  pids(): readonly number[];
  /** Processes at the other end of a relay, which count too, on the clients' processor. */
  farPids?(): readonly number[];
  /**
   * Opens a publisher through the light clients, with a camera by `trace` if `video`, and a microphone. Returns its id.
   * Its media come from `sendMedia`.
   */
  publish(clients: LightClients, o: { room: string; video: boolean; trace: Trace }): Promise<string>;
  /** Opens a subscriber, with one transport, that receives all streams of these publishers. */
  subscribe(clients: LightClients, o: { room: string; publishers: readonly string[] }): Promise<void>;
  /** Ends the processes. Idempotent. */
  close(): Promise<void>;
}

/** Where a server runs. Only `address` is reached by clients, and only `control` by this process. */
export interface Place {
  /** Network namespace: the processes of the server start by `ip netns exec`. */
  readonly namespace: string;
  /** Address for media. */
  readonly address: string;
  /** Address of the server, and that of this process, on the wire for control. */
  readonly control: string;
  readonly controller: string;
  /** Processor of the server. */
  readonly cpu: number;
}

/** Where a server runs, on a processor of its own, and where a second one does, to which it relays. */
export interface ServerPlace extends Place {
  readonly far: Place;
}

export type StartServer = (place: ServerPlace) => Promise<ForwardServer>;
