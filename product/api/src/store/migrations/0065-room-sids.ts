import { schema } from './schema.ts';

export const roomSids = schema(`
-- sid: that the room's next life shall have (CreateRoom has answered it). It goes when that life has begun, and with
-- the room.
create table reserved_room_sids (
  tenant text not null, room text not null, sid text not null,
  constraint reserved_room_sids_key primary key (tenant, room)
);
`);
