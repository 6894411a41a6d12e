// Interface of a test client with any SDK: LiveKit's for browsers, Node and Python, and ours. Each SDK has an agent, in
// a page or a process of its own; agents count received media by getStats() or by frame callbacks.

export type ClientKind = 'chromium' | 'firefox' | 'rtc-node' | 'python' | 'ours';

export type Codec = 'vp8' | 'h264' | 'vp9' | 'av1';
export type Source = 'camera' | 'microphone';

export interface JoinOptions {
  /** URL of the signaling node or of the page's server; for our SDK the http address of an entry. */
  readonly url: string;
  readonly token: string;
  readonly adaptiveStream?: boolean;
  readonly dynacast?: boolean;
  /** Key of end-to-end encryption, equal for all; absent: no encryption. Not for our SDK. */
  readonly key?: string;
}

export interface PublishOptions {
  readonly camera?: {
    readonly codec: Codec;
    readonly simulcast: boolean;
    /** Size of the picture; absent: 640 × 360. Only `chromium` and `ours`. */
    readonly width?: number;
    readonly height?: number;
  };
  readonly microphone?: boolean;
}

export interface Status {
  /** `connected`, or another state of the SDK. */
  readonly state: string;
  readonly sid: string;
  readonly disconnects: readonly string[];
  /** Number of reconnections that the SDK has reported. */
  readonly reconnects: number;
}

export interface Person {
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Region of the media node; LiveKit's SDKs do not expose it. */
  readonly region?: string;
  readonly tracks: readonly PersonTrack[];
}

export interface PersonTrack {
  readonly source: string;
  readonly muted: boolean;
  readonly subscribed: boolean;
  /** The room's own flag; our SDK does not show it. */
  readonly isEncrypted?: boolean;
}

/** Counters of a remote track, which never fall while the track lives. */
export interface Received {
  readonly identity: string;
  readonly source: string;
  /** Decoded frames; 0 for sound. */
  readonly frames: number;
  readonly width: number;
  readonly mimeType: string;
  /** Grows only with audible sound; 0 for pictures. */
  readonly sound: number;
  /** RTP packets; native SDKs do not expose them. */
  readonly packets?: number;
}

export interface Sent {
  readonly rid: string;
  readonly mimeType: string;
  readonly width: number;
  readonly frames: number;
  readonly scalabilityMode: string;
}

export interface Message {
  readonly text: string;
  readonly topic: string;
  readonly reliable: boolean;
  /** Sender as the SDK names it. */
  readonly from: string;
}

export interface Outgoing {
  readonly text: string;
  readonly topic: string;
  readonly reliable: boolean;
  /** Identities of the recipients; absent: all participants. */
  readonly to?: readonly string[];
}

/** Byte stream of LiveKit with the topic `files`, as sent. */
export interface SentFile {
  readonly content: string;
  /** Identities of the recipients; absent: all participants. */
  readonly to?: readonly string[];
}

export interface ReceivedFile {
  readonly from: string;
  readonly bytes: number;
  /** Hash of the content, hexadecimal. */
  readonly sha256: string;
  /** The SDK's reason why it is incomplete; '': complete. */
  readonly failure: string;
}

export interface Call {
  readonly to: string;
  /** Every agent answers `echo` with `echo: PAYLOAD`, and `fail` with the error 1600. */
  readonly method: string;
  readonly payload: string;
}
export interface CallResult {
  readonly answer?: string;
  readonly code?: number;
}

export interface About {
  readonly name?: string;
  readonly metadata?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Calls of an agent. Each rejects with the SDK's error, or with `UNSUPPORTED` when the SDK has no such call. */
export interface Agent {
  /** Joins; after `leave` or the end of a connection, with a new room of the SDK. */
  join(o: JoinOptions): Promise<void>;
  leave(): Promise<void>;
  status(): Promise<Status>;
  publish(o: PublishOptions): Promise<void>;
  unpublish(): Promise<void>;
  setMuted(source: Source, muted: boolean): Promise<void>;
  people(): Promise<readonly Person[]>;
  received(): Promise<readonly Received[]>;
  sent(): Promise<readonly Sent[]>;
  setSubscribed(identity: string, subscribed: boolean): Promise<void>;
  /** Limits the identities that may receive this participant's tracks; null: all. */
  allowSubscribers(identities: readonly string[] | null): Promise<void>;
  /** Sets the size of the element that shows a participant's camera. */
  show(identity: string, width: number, height: number): Promise<void>;
  send(message: Outgoing): Promise<void>;
  heard(): Promise<readonly Message[]>;
  /** Resolves when the SDK has passed everything to its data channel. Not for our SDK, nor Python. */
  sendFile(file: SentFile): Promise<void>;
  files(): Promise<readonly ReceivedFile[]>;
  call(call: Call): Promise<CallResult>;
  setAbout(about: About): Promise<void>;
}

export const UNSUPPORTED = 'UNSUPPORTED';
