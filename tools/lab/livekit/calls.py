# LiveKit's server API by PyPI's livekit-api. Arguments: address, API key, secret. Ends with 1 at the first answer that
# is not LiveKit's.
import asyncio
import sys

from livekit import api

calls = 0


async def done(call):
    global calls
    calls += 1
    return await call


async def refused(call):
    try:
        return await done(call)
    except api.TwirpError as error:
        return error.code


async def main():
    url, key, secret = sys.argv[1:]
    name = "by-python"
    async with api.LiveKitAPI(url, key, secret) as livekit:
        rooms = livekit.room
        wanted = api.CreateRoomRequest(name=name, empty_timeout=600, max_participants=7, metadata="m")
        room = await done(rooms.create_room(wanted))
        assert (room.name, room.max_participants, room.empty_timeout, room.metadata) == (name, 7, 600, "m"), room
        assert room.creation_time > 1_600_000_000, room
        listed = await done(rooms.list_rooms(api.ListRoomsRequest(names=[name])))
        assert [room.name for room in listed.rooms] == [name], listed
        every = await done(rooms.list_rooms(api.ListRoomsRequest()))
        assert name in [room.name for room in every.rooms], every
        changed = await done(rooms.update_room_metadata(api.UpdateRoomMetadataRequest(room=name, metadata="n")))
        assert changed.metadata == "n", changed
        there = await done(rooms.list_participants(api.ListParticipantsRequest(room=name)))
        assert len(there.participants) == 0, there
        await done(rooms.send_data(api.SendDataRequest(room=name, data=b"hi", topic="t")))

        nobody = api.RoomParticipantIdentity(room=name, identity="nobody")
        assert await refused(rooms.get_participant(nobody)) == "not_found"
        assert await refused(rooms.remove_participant(nobody)) == "not_found"
        mute = api.MuteRoomTrackRequest(room=name, identity="nobody", track_sid="TR_x", muted=True)
        assert await refused(rooms.mute_published_track(mute)) == "not_found"
        update = api.UpdateParticipantRequest(room=name, identity="nobody", metadata="x")
        assert await refused(rooms.update_participant(update)) == "not_found"
        subscriptions = api.UpdateSubscriptionsRequest(room=name)
        assert await refused(rooms.update_subscriptions(subscriptions)) == "unimplemented"
        assert await refused(livekit.egress.list_egress(api.ListEgressRequest())) == "unimplemented"
        assert await refused(rooms.create_room(api.CreateRoomRequest(name="a/b"))) == "invalid_argument"

        await done(rooms.delete_room(api.DeleteRoomRequest(room=name)))
        assert await refused(rooms.delete_room(api.DeleteRoomRequest(room=name))) == "not_found"
    async with api.LiveKitAPI(url, key, "x" * 40) as livekit:
        assert await refused(livekit.room.list_rooms(api.ListRoomsRequest())) == "unauthenticated"
    print(f"{calls} calls answered as by LiveKit")


asyncio.run(main())
