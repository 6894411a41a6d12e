/** Delivery of files: the parts that the api, library nodes and receivers share. */

export { openContentFolder } from './content/folder.ts';
export { AnswerPlaces, type ServeOptions, serveContents } from './content/serve.ts';
export type * from './content/types.ts';
export * from './contract.ts';
export { fileNameOf } from './core/file-name.ts';
export { HttpHub, type HttpHubOptions } from './inbox/http-hub.ts';
export { Inbox, type InboxParts } from './inbox/inbox.ts';
export { openLedger } from './inbox/ledger.ts';
export { memoryLedger } from './inbox/memory-ledger.ts';
export type * from './inbox/types.ts';
export { FolderSink, type FolderSinkOptions } from './sinks/folder-sink.ts';
export { type HostedKind, makeSink, type SinkDeps } from './sinks/make-sink.ts';
export { releaseRegions } from './sinks/region-sink.ts';
export {
  type PullSettings,
  type S3Settings,
  type SettingsIssue,
  type SettingsOf,
  type SftpSettings,
  secretFields,
  settingsIssues,
  settingsSchemas,
  targetOf,
} from './sinks/settings.ts';
export { SECRET_PREFIX } from './sinks/signature.ts';
export * from './sinks/sink.ts';
export { compareStandings } from './standing.ts';
