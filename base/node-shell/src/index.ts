/** Shared by all kinds of nodes: identity, registration at the centre, links. */
export {
  type ApiKey,
  FixedKeys,
  type KeySource,
  type TenantKey,
  TenantKeys,
  type TenantLimits,
} from './api-keys.ts';
export { ApiLinks } from './api-links.ts';
export { CentreLink, type CentreLinkOptions } from './centre-link.ts';
export {
  apiKeyFields,
  checkApiKeys,
  ffmpegSandbox,
  type ListenAddress,
  listenAddress,
  listenRange,
  type NodeConfig,
  nodeConfig,
  proxyRanges,
  readTrustedProxies,
  tlsFiles,
  trustedProxies,
} from './config.ts';
export {
  clearTextIssues,
  developmentIssues,
  type Listener,
  metricsPort,
  nodeIssues,
  proxyIssues,
} from './config-rules.ts';
export {
  ConnectionGate,
  type ConnectionGateOptions,
  type ConnectionLimits,
  type GatedConnection,
} from './connection-gate.ts';
export { linkIdPrefixes, type TokenOrigin } from './core/revocation-list.ts';
export type { IceServer } from './core/turn.ts';
export { UnprovenPlaces } from './core/unproven-places.ts';
export { addressOf, describeNode } from './describe.ts';
export {
  EDGE_LOCATION_HEADER,
  EDGE_ORIGINS_HEADER,
  type EdgeSigns,
  type EdgeUrl,
  edgePath,
  edgeSignsOf,
  isEdgeProof,
  LIBRARY_SLICE_BYTES,
  type LibraryEdgeUrl,
  libraryEdgePath,
} from './edge-signs.ts';
export { type Edge, type EdgeChoice, type EdgeState, type EdgeTier, LOAD_FACTOR } from './edges/choose.ts';
export { type EdgesConfig, edgeIssues, edgesConfig } from './edges/config.ts';
export { type EdgeStatus, queryEdge } from './edges/status.ts';
export { Edges, type EdgesOptions, isFromEdge, QUERY_INTERVAL_MS } from './edges/watched.ts';
export { type IdentityOptions, NodeIdentity } from './identity.ts';
export { Locations, type LocationsOptions, locateBy } from './locations.ts';
export { type OpenedTokens, openTokens } from './open-tokens.ts';
export { Revocations } from './revocations.ts';
export { SealedFile } from './sealed-file.ts';
export { sharedConfigOf } from './shared-config.ts';
export { type ListenOptions, type NodeContext, type NodeOptions, type NodePorts, NodeShell } from './shell.ts';
export { meterFrames, SocketRates, type SocketRatesLimits } from './socket-rates.ts';
export {
  hostTargetIssue,
  httpTargetIssue,
  rangeIssues,
  TargetAddresses,
  type TargetAddressesOptions,
  type TargetIssue,
} from './target-addresses.ts';
export {
  apiTasks,
  type QueueTask,
  type TaskFailure,
  type TaskLease,
  type TaskOutcome,
  type TaskPort,
} from './tasks/task-port.ts';
export { type TaskEnd, TaskWorker, type TaskWorkerOptions } from './tasks/task-worker.ts';
export {
  type Claims,
  type MintOrigin,
  namedKeyOf,
  noOrigin,
  type Signed,
  signedClaims,
  Tokens,
  tokenEndWallMs,
  type Verified,
  type VerifyOptions,
} from './tokens.ts';
export { type TurnConfig, TurnServers, turnConfig, turnIssues } from './turn.ts';
export { refuseUnparsed, tokenAddresses } from './unparsed-requests.ts';
export { closeUnread } from './unread-body.ts';
export { type Volume, VolumeWatch, volumeOf } from './volume.ts';
