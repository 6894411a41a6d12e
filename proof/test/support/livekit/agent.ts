// What a test asks a client of any SDK: LiveKit's for browsers, Node and Python, and ours. Each SDK has an agent that
// answers these calls, in a page or in a process of its own; all of them count what really arrives, by getStats() or by
// the callbacks of frames.

export type ClientKind = 'chromium' | 'firefox' | 'rtc-node' | 'python' | 'ours';

export type Codec = 'vp8' | 'h264' | 'vp9' | 'av1';
export type Source = 'camera' | 'microphone';

export interface JoinOptions {
  /** Of the signaling node or of the page's server; of ours: the http address of an entry. */
  readonly url: string;
  readonly token: string;
  readonly adaptiveStream?: boolean;
  readonly dynacast?: boolean;
  /** Of end-to-end encryption, the same for all; absent: nothing is encrypted. Not of ours. */
  readonly key?: string;
}

export interface PublishOptions {
  readonly camera?: { readonly codec: Codec; readonly simulcast: boolean };
  readonly microphone?: boolean;
}

export interface Status {
  /** `connected`, or whatever else the SDK says. */
  readonly state: string;
  readonly sid: string;
  /** LiveKit's names of the reasons, ours for ours, in order. */
  readonly disconnects: readonly string[];
  /** How often the SDK has said that it is connected again. */
  readonly reconnects: number;
}

export interface Person {
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of its media node; LiveKit's SDKs do not say it. */
  readonly region?: string;
  readonly tracks: readonly PersonTrack[];
}

export interface PersonTrack {
  readonly source: string;
  readonly muted: boolean;
  readonly subscribed: boolean;
  /** Whether the room says so; ours does not show it. */
  readonly isEncrypted?: boolean;
}

/** Of one remote track; a counter never falls while the track lives. */
export interface Received {
  readonly identity: string;
  readonly source: string;
  /** Decoded; 0 for sound. */
  readonly frames: number;
  readonly width: number;
  readonly mimeType: string;
  /** Grows only with what can be heard; 0 for pictures. */
  readonly sound: number;
  /** Of RTP; native SDKs do not say it. */
  readonly packets?: number;
}

/** One encoding that the camera is sent in. */
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
  /** Of the sender, as the SDK says it. */
  readonly from: string;
}

export interface Outgoing {
  readonly text: string;
  readonly topic: string;
  readonly reliable: boolean;
  /** Identities; absent: all. */
  readonly to?: readonly string[];
}

/** What an agent sends as a byte stream of LiveKit's, of the topic `files`. */
export interface SentFile {
  /** In base64. */
  readonly content: string;
  /** Identities; absent: all. */
  readonly to?: readonly string[];
}

/** A byte stream of the topic `files` that has ended. */
export interface ReceivedFile {
  readonly from: string;
  readonly bytes: number;
  /** Of the content, hexadecimal. */
  readonly sha256: string;
  /** Why it did not come whole, as the SDK says it; '': it did. */
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

/** The calls. Each rejects with what the SDK says; one that the SDK has no word for rejects with `UNSUPPORTED`. */
export interface Agent {
  /** Once more after `leave`, or after the end of a connection: in a new room of the SDK. */
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
  /** Identities that may receive what this one publishes; undefined: all. */
  allowSubscribers(identities: readonly string[] | null): Promise<void>;
  /** The size of the element in which this one shows the camera of a participant. */
  show(identity: string, width: number, height: number): Promise<void>;
  send(message: Outgoing): Promise<void>;
  heard(): Promise<readonly Message[]>;
  /** Resolves when the SDK has handed all of it to its data channel. Not of ours, nor of Python. */
  sendFile(file: SentFile): Promise<void>;
  files(): Promise<readonly ReceivedFile[]>;
  call(call: Call): Promise<CallResult>;
  setAbout(about: About): Promise<void>;
}

/** What an agent rejects with when its SDK has no such call. */
export const UNSUPPORTED = 'UNSUPPORTED';
