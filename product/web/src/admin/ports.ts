import type { MeridianClient } from '@meridian/api-client';
import type { Run } from '../account/api.ts';
import type { Me } from '../account/core/model.ts';

export interface AdminPorts {
  readonly client: MeridianClient;
  /** Makes a call; after the session has ended, repeats it when the user has signed in again. */
  readonly run: Run;
  readonly me: Me;
  readonly timeZone: string;
  now(): number;
}
