// Messages between an edge probe and its tester's process.
import type { Targets } from './targets.ts';

export interface TesterSettings {
  readonly probe: string;
  readonly hostId: string;
  readonly region: string;
  readonly logLevel: string;
  /** State folder of the probe, which also contains the streamed show. */
  readonly stateDir: string;
  readonly apiUrl: string;
  readonly key: string;
  readonly secret: string;
  readonly everyS: number;
}

/** Message from the probe: the settings once, then the targets whenever they change. */
export type TesterMessage =
  | { readonly kind: 'settings'; readonly settings: TesterSettings; readonly targets: Targets }
  | { readonly kind: 'targets'; readonly targets: Targets };

export function testerMessageOf(message: unknown): TesterMessage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  return message.kind === 'settings' || message.kind === 'targets' ? (message as TesterMessage) : undefined;
}
