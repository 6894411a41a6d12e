// Used part of a session description (RFC 8866) in the library's form. Numeric texts are numbers there, and a client's
// description has no guaranteed fields.

export type Text = string | number;
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface Candidate {
  readonly foundation: string;
  readonly component: number;
  readonly transport: string;
  readonly priority: number;
  readonly ip: string;
  readonly port: number;
  readonly type: string;
  readonly tcptype?: string;
}

interface Shared {
  readonly direction?: Direction;
  readonly iceUfrag?: Text;
  readonly icePwd?: Text;
  readonly setup?: string;
  readonly fingerprint?: { readonly type: Text; readonly hash: Text };
  readonly candidates?: readonly Candidate[];
  readonly endOfCandidates?: string;
}

export interface Media extends Shared {
  readonly type: string;
  readonly port: number;
  readonly protocol: Text;
  readonly payloads?: Text;
  readonly connection?: { readonly version: number; readonly ip: string };
  readonly mid?: Text;
  /** Stream and track (RFC 8830). */
  readonly msid?: readonly { readonly id: Text; readonly appdata?: Text }[];
  readonly bundleOnly?: string;
  readonly rtcpMux?: string;
  readonly rtcpRsize?: string;
  readonly rtp: readonly {
    readonly payload: number;
    readonly codec: Text;
    readonly rate?: number;
    readonly encoding?: number;
  }[];
  readonly fmtp: readonly { readonly payload: number; readonly config: Text }[];
  readonly rtcpFb?: readonly { readonly payload: Text; readonly type: Text; readonly subtype?: Text }[];
  readonly ext?: readonly { readonly value: number; readonly uri: Text; readonly 'encrypt-uri'?: string }[];
  readonly ssrcs?: readonly { readonly id: number; readonly attribute: string; readonly value?: Text }[];
  readonly ssrcGroups?: readonly { readonly semantics: string; readonly ssrcs: Text }[];
  readonly sctpPort?: number;
  readonly maxMessageSize?: number;
  readonly rids?: readonly { readonly id: Text; readonly direction: string }[];
  readonly simulcast?: {
    readonly dir1: string;
    readonly list1: Text;
    readonly dir2?: string;
    readonly list2?: Text;
  };
}

export interface Description extends Shared {
  readonly version?: number;
  readonly origin?: {
    readonly username: string;
    readonly sessionId: Text;
    readonly sessionVersion: number;
    readonly netType: string;
    readonly ipVer: number;
    readonly address: string;
  };
  readonly name?: string;
  readonly timing?: { readonly start: number; readonly stop: number };
  readonly groups?: readonly { readonly type: string; readonly mids: Text }[];
  readonly icelite?: string;
  readonly extmapAllowMixed?: string;
  readonly media: readonly Media[];
}
