// Names who takes a place of the gateway, for the shares of tenants, links and persons.
import type { KeySource, MintOrigin } from '@meridian/node-shell';
import { type Holder, partsOfRoomKey, type RoomKey } from '@meridian/protocol';

/** Returns the holder of a stream key or token. `address` is the client's; `''` without one. */
export const holderOf = (
  apiKeys: Pick<KeySource, 'findKnown'>,
  key: { readonly apiKey: string; readonly identity: string; readonly origin: Pick<MintOrigin, 'via'> },
  address: string,
): Holder => ({
  tenant: apiKeys.findKnown(key.apiKey)?.tenant ?? '',
  via: key.origin.via,
  identity: key.identity,
  address,
});

/** Returns the holder of what all people of a room share: its tenant. */
export const holderOfRoom = (roomKey: RoomKey): Holder => ({
  tenant: partsOfRoomKey(roomKey)?.tenant ?? '',
  via: '',
  identity: '',
  address: '',
});
