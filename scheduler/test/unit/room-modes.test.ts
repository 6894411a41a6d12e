import { expect, test } from 'vitest';
import { RoomBook } from '../../src/moving/core/room-book.ts';
import { modeOfRoom, type RoomModes, sourceOfMode } from '../../src/moving/room-modes.ts';
import type { RoomMode } from '../../src/placing/core/view.ts';

const modes: RoomModes = { default: 'relay', tenants: { acme: 'single' } };
const given = (roomKey: string) => new RoomBook().change(roomKey, { mode: 'direct' });
interface Row {
  readonly name: string;
  readonly roomKey?: string;
  readonly isGiven?: boolean;
  readonly asked?: RoomMode;
  readonly modes?: RoomModes;
  readonly mode: RoomMode;
  readonly from: string;
}

test.each<Row>([
  { name: 'a service without configured modes', mode: 'relay', from: 'of the service' },
  { name: "the service's default", modes: { ...modes, default: 'direct' }, mode: 'direct', from: 'of the service' },
  { name: "its tenant's", modes, roomKey: 'acme/r', mode: 'single', from: 'of its tenant' },
  {
    name: 'the service, for a tenant called constructor',
    modes,
    roomKey: 'constructor/r',
    mode: 'relay',
    from: 'of the service',
  },
  {
    name: 'the service, for a tenant called __proto__',
    modes,
    roomKey: '__proto__/r',
    mode: 'relay',
    from: 'of the service',
  },
  {
    name: 'the request of a participant that joined',
    modes,
    roomKey: 'acme/r',
    asked: 'relay',
    mode: 'relay',
    from: 'named by a participant that joined',
  },
  {
    name: 'an administrator, before all others',
    modes,
    roomKey: 'acme/r',
    asked: 'relay',
    isGiven: true,
    mode: 'direct',
    from: 'given to the room',
  },
])(
  'a room has the mode of $name, and names its source',
  ({ roomKey = 't/r', isGiven, asked, modes: held, mode, from }) => {
    const record = isGiven === true ? given(roomKey) : undefined;
    expect(modeOfRoom(record, roomKey, asked, held)).toBe(mode);
    expect(sourceOfMode(record, roomKey, asked, held)).toBe(from);
  },
);
