// An app with LiveKit's SDK learns why its join is refused: the code is in the error of `connect`.
import type { VideoGrant } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestApi } from '../../support/company.ts';
import type { ClientKind } from '../../support/livekit/agent.ts';
import { type CallStage, sharedStage } from '../../support/livekit/call-tests.ts';
import type { SdkClient } from '../../support/livekit/clients.ts';
import { livekitToken, type TokenOptions } from '../../support/livekit/tokens.ts';

const lockedRoom = 'livekit-locked';
let stage: CallStage;
beforeAll(async () => {
  stage = await sharedStage();
  await requestApi(stage.cloud, 'POST', '/rooms', { name: lockedRoom, locked: true });
});
afterAll(() => stage?.close());

const rows: readonly (readonly [what: string, code: string, token: Partial<TokenOptions>])[] = [
  ['a token of another secret', 'TOKEN_INVALID', { key: { key: 'devkey', secret: 'x'.repeat(40) } }],
  ['a locked room', 'ROOM_LOCKED', { room: lockedRoom }],
  ['regions without a media node', 'NO_NODE', { grant: { regions: ['atlantis'] } as VideoGrant }],
];

describe.each<ClientKind>(['chromium', 'rtc-node'])('the error of %s', (kind) => {
  let client: SdkClient;
  beforeAll(async () => {
    client = await stage.client(kind);
  });
  afterAll(() => client?.close());

  it.each(rows)('names the code of a refusal by %s', async (what, code, o) => {
    const { key } = stage.cloud.secrets().devKey;
    const room = `livekit-${kind}-${code}`.toLowerCase();
    const about = { room, identity: what, ...o, ...(o.key && { key: { ...o.key, key } }) };
    const token = await livekitToken(stage.cloud, about);
    await expect(client.agent.join({ url: stage.url(kind, 'frankfurt'), token })).rejects.toThrow(code);
  });
});
