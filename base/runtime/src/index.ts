/** The process shell of every service. It uses no word of the domain: only bytes, identities, time, text. */
export { type Clock, ManualClock, systemClock, type Timer } from './clock.ts';
export { CloseStack } from './close.ts';
export { readConfigFile } from './config/files.ts';
export { resolveReferences } from './config/references.ts';
export {
  baseConfig,
  ConfigError,
  type ConfigIssue,
  type ConfigSource,
  environmentName,
  exampleOf,
  findIssues,
  folderIssues,
  issuesOf,
  isUnspecified,
  type LogLevel,
  loadConfig,
  openConfig,
  type PortUse,
  portIssues,
  processSource,
  reachOf,
  readSecretFile,
  refuseErrors,
  SECRET_LENGTH_MIN,
  secretExample,
  secretFileIssues,
  urlIssues,
} from './config.ts';
export { type JsonAnswer, type JsonRequest, jsonRequest, parseJson } from './json-request.ts';
export {
  type Fence,
  type KeyValue,
  KeyValueError,
  type KeyValueErrorCode,
  type KeyValueTtl,
  type LeaseTaken,
  readLeaseText,
} from './kv/kv.ts';
export { memoryKeyValue } from './kv/memory.ts';
export { prefixedKeyValue } from './kv/prefixed.ts';
export { redisKeyValue } from './kv/redis.ts';
export { type RedisConnection, type RedisOptions, redisOf } from './kv/redis-connection.ts';
export { redisTarget } from './kv/redis-target.ts';
export { LinkDialer, type LinkDialerOptions } from './link/dialer.ts';
export { LinkError, type LinkErrorCode } from './link/errors.ts';
export type { HttpHook } from './link/http-hook.ts';
export { LinkServer, type LinkServerOptions } from './link/server.ts';
export {
  defaultLinkLimits,
  isProcessEnd,
  type Link,
  type LinkLimits,
  type MessageHandler,
  type RequestHandler,
} from './link/types.ts';
export { createLogger, type LogDestination, type Logger } from './log.ts';
export { cutLine, spellingsOf } from './logs/core/lines.ts';
export { LogLinesError, type LogLinesErrorCode } from './logs/errors.ts';
export { type LogSources, logSourceSchema, type OwnLogLines, OwnLogReader } from './logs/own-log-reader.ts';
export { LoopDelay } from './loop-delay.ts';
export { createMetrics, type Metrics, type MetricsListen, type ServicePhase, type Tally } from './metrics.ts';
export { Authority, type Issuer } from './pki/authority.ts';
export { CredentialStore } from './pki/credential-store.ts';
export { assembleCredentials, createCsr } from './pki/csr.ts';
export { enrol, enrolmentHandler } from './pki/enrol.ts';
export { PkiError, type PkiErrorCode } from './pki/errors.ts';
export {
  authoritiesOf,
  type Credentials,
  checkIdentity,
  type Identity,
  identityOf,
  isSameIdentity,
  verifyCertificate,
} from './pki/identity.ts';
export {
  type InvitedHost,
  type InvitedNode,
  type JoinLine,
  joinLine,
  parseJoinLine,
  type RedeemedInvitation,
  redeemInvitation,
} from './pki/invitation.ts';
export { renewalHandler, renewLapsed } from './pki/renewal.ts';
export { signWith, verifyWith } from './pki/sign.ts';
export { EnrolmentTokens, type FoundToken, SingleUseTokens, type TokenOptions } from './pki/tokens.ts';
export { isSecretName } from './redact.ts';
export { type Rng, secureRng, seededRng } from './rng.ts';
export { runService, type ServiceContext } from './service.ts';
export { TlsFiles, type TlsServer } from './tls-files.ts';
