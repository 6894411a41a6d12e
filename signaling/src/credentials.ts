// Who this instance is towards the other services: from its state folder, else by enrolling with the token of the configuration.
import { join } from 'node:path';
import {
  type Clock,
  ConfigError,
  CredentialStore,
  type Credentials,
  enrol,
  type Identity,
  isSameIdentity,
  type Logger,
} from '@meridian/runtime';
import type { Config } from './config.ts';

const ENROL_DEADLINE_MS = 10_000;

export interface OwnCredentials {
  current(): Credentials;
  replace(credentials: Credentials): void;
}

/** Throws ConfigError when there are no usable credentials and no token, or what enrolment throws. */
export async function ownCredentials(config: Config, o: { clock: Clock; log: Logger }): Promise<OwnCredentials> {
  const store = new CredentialStore(join(config.stateDir, 'credentials.json'), o.log);
  const identity: Identity = { id: config.id, kind: 'signaling', region: config.region };
  let credentials = store.load();
  if (
    credentials === undefined ||
    !isSameIdentity(credentials.identity, identity) ||
    credentials.notAfterMs <= o.clock.wallMs()
  ) {
    if (config.enrolmentToken === undefined) {
      throw new ConfigError([
        {
          key: 'enrolmentToken',
          value: undefined,
          allowed: 'a token: the state folder holds no valid credentials of this instance',
        },
      ]);
    }
    credentials = await enrol({
      url: config.enrolUrl,
      token: config.enrolmentToken,
      identity,
      deadlineMs: ENROL_DEADLINE_MS,
    });
    store.save(credentials);
    o.log.info({ identity }, 'enrolled');
  }
  let current: Credentials = credentials;
  return {
    current: () => current,
    replace: (renewed) => {
      current = renewed;
      store.save(renewed);
      o.log.info({ notAfterMs: renewed.notAfterMs }, 'certificate renewed');
    },
  };
}
