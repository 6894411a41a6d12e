import type { TargetAddresses } from '@meridian/node-shell';
import type { Clock } from '@meridian/runtime';
import type { ContentFolder } from '../content/types.ts';
import type { Notice, ReceiverKind } from '../contract.ts';
import { PullSink } from './pull-sink.ts';
import { RegionSink } from './region-sink.ts';
import { S3Sink } from './s3-sink.ts';
import { type SettingsOf, settingsIssues } from './settings.ts';
import { SftpSink } from './sftp-sink.ts';
import { type Sink, SinkError } from './sink.ts';

/** Kinds whose sinks library nodes make; an agent configures its own `FolderSink`. */
export type HostedKind = Exclude<ReceiverKind, 'agent'>;

export interface SinkDeps {
  readonly clock: Clock;
  readonly addresses: TargetAddresses;
  readonly folder: Pick<ContentFolder, 'find' | 'hold'>;
  /** For `pull`: `publicUrl` of this node, and the URL for a notice's receipt. */
  readonly origin: string;
  receiptUrl(notice: Notice): string;
}

/** Throws TARGET_REFUSED for settings that do not fit the kind. The caller closes the sink. */
export function makeSink(kind: HostedKind, settings: unknown, deps: SinkDeps): Sink {
  const [issue] = settingsIssues(kind, settings);
  if (issue !== undefined) throw new SinkError('TARGET_REFUSED', `settings ${issue.pointer}: ${issue.detail}`);
  const { clock, addresses, folder, origin } = deps;
  if (kind === 'region') return new RegionSink(folder);
  if (kind === 's3') return new S3Sink({ settings: settings as SettingsOf['s3'], addresses, clock });
  if (kind === 'sftp') return new SftpSink({ settings: settings as SettingsOf['sftp'], addresses, clock });
  kind satisfies 'pull';
  const receiptUrl = (notice: Notice): string => deps.receiptUrl(notice);
  return new PullSink({ settings: settings as SettingsOf['pull'], addresses, clock, origin, receiptUrl });
}
