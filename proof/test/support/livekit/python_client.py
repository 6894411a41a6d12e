# LiveKit's SDK for Python as a test client, with the protocol of rtc-node.ts: one JSON object a line,
# `{ id, call, args }` in, `{ id, result }` or `{ id, error }` out.
import asyncio
import json
import math
import sys
from array import array

from livekit import rtc

WIDTH, HEIGHT, FRAME_S = 640, 360, 0.066
SAMPLE_RATE = 48_000
SAMPLES = SAMPLE_RATE // 100
# Threshold out of 32767: an encoder's noise is below, the tone of the others far above.
AUDIBLE = 500

CODECS = {"vp8": rtc.VideoCodec.VP8, "h264": rtc.VideoCodec.H264, "vp9": rtc.VideoCodec.VP9, "av1": rtc.VideoCodec.AV1}
SOURCES = {rtc.TrackSource.SOURCE_CAMERA: "camera", rtc.TrackSource.SOURCE_MICROPHONE: "microphone"}


class Agent:
    def __init__(self):
        self.room = rtc.Room()
        self.state = "disconnected"
        self.disconnects, self.reconnects, self.messages = [], 0, []
        self.counts, self.own, self.tasks = {}, {}, set()

    async def join(self, o):
        self.room = rtc.Room()
        self.counts.clear()
        self.listen()
        encryption = rtc.E2EEOptions(rtc.KeyProviderOptions(shared_key=o["key"].encode())) if "key" in o else None
        options = rtc.RoomOptions(dynacast=o.get("dynacast", False), encryption=encryption)
        await self.room.connect(o["url"], o["token"], options)
        self.state = "connected"

        @self.room.local_participant.register_rpc_method("echo")
        async def echo(data):
            return f"echo: {data.payload}"

        @self.room.local_participant.register_rpc_method("fail")
        async def fail(_data):
            raise rtc.RpcError(1600, "as asked")

    def listen(self):
        self.room.on("disconnected", self.on_disconnected)
        self.room.on("reconnecting", lambda: setattr(self, "state", "reconnecting"))
        self.room.on("reconnected", self.on_reconnected)
        self.room.on("data_received", self.on_data)
        self.room.on("track_subscribed", self.on_track)
        self.room.on("track_unsubscribed", lambda _track, publication, _one: self.counts.pop(publication.sid, None))

    def on_disconnected(self, reason):
        self.state = "disconnected"
        self.disconnects.append(rtc.DisconnectReason.Name(reason))

    def on_reconnected(self):
        self.state = "connected"
        self.reconnects += 1

    def on_data(self, packet):
        self.messages.append({
            "text": packet.data.decode(),
            "topic": packet.topic or "",
            "reliable": packet.kind == rtc.DataPacketKind.KIND_RELIABLE,
            "from": packet.participant.identity if packet.participant else "",
        })

    def on_track(self, track, publication, participant):
        row = {"identity": participant.identity, "source": SOURCES.get(publication.source, "unknown"),
               "mimeType": publication.mime_type, "frames": 0, "width": 0, "sound": 0}
        self.counts[publication.sid] = row
        is_video = track.kind == rtc.TrackKind.KIND_VIDEO
        self.begin(count_frames(track, row) if is_video else count_sound(track, row))

    def begin(self, work):
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def leave(self):
        await self.room.disconnect()

    async def status(self):
        return {"state": self.state, "sid": self.room.local_participant.sid, "disconnects": self.disconnects,
                "reconnects": self.reconnects}

    async def publish(self, o):
        local = self.room.local_participant
        if o.get("microphone"):
            source = rtc.AudioSource(SAMPLE_RATE, 1, 200)
            track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False, red=False)
            publication = await local.publish_track(track, options)
            self.own["microphone"] = (publication.sid, track, self.begin(speak(source)))
        if "camera" in o:
            source = rtc.VideoSource(WIDTH, HEIGHT)
            track = rtc.LocalVideoTrack.create_video_track("camera", source)
            options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA, simulcast=o["camera"]["simulcast"],
                                              video_codec=CODECS[o["camera"]["codec"]])
            publication = await local.publish_track(track, options)
            self.own["camera"] = (publication.sid, track, self.begin(film(source)))

    async def unpublish(self):
        while self.own:
            _source, (sid, _track, task) = self.own.popitem()
            task.cancel()
            await self.room.local_participant.unpublish_track(sid)

    async def setMuted(self, source, muted):
        _sid, track, _task = self.own[source]
        track.mute() if muted else track.unmute()

    async def people(self):
        return [{
            "identity": one.identity, "name": one.name, "metadata": one.metadata, "attributes": dict(one.attributes),
            "tracks": [{"source": SOURCES.get(track.source, "unknown"), "muted": track.muted,
                        "subscribed": track.subscribed, "isEncrypted": track.encryption_type == rtc.EncryptionType.GCM}
                       for track in one.track_publications.values()],
        } for one in self.room.remote_participants.values()]

    async def received(self):
        return list(self.counts.values())

    async def sent(self):
        stats = (await self.room.get_rtc_stats()).publisher_stats
        codecs = {one.codec.rtc.id: one.codec.codec.mime_type for one in stats if one.WhichOneof("stats") == "codec"}
        rows = [one.outbound_rtp for one in stats if one.WhichOneof("stats") == "outbound_rtp"]
        return [{
            "rid": row.outbound.rid, "mimeType": codecs.get(row.stream.codec_id, ""),
            "width": row.outbound.frame_width, "frames": row.outbound.frames_encoded,
            "scalabilityMode": row.outbound.scalability_mode,
        } for row in rows if row.stream.kind == "video"]

    async def setSubscribed(self, identity, subscribed):
        for publication in self.room.remote_participants[identity].track_publications.values():
            publication.set_subscribed(subscribed)

    async def allowSubscribers(self, identities):
        allowed = [rtc.ParticipantTrackPermission(participant_identity=one, allow_all=True) for one in identities or []]
        self.room.local_participant.set_track_subscription_permissions(
            allow_all_participants=identities is None, participant_permissions=allowed)

    async def show(self, *_):
        raise NotImplementedError("UNSUPPORTED")

    async def send(self, o):
        await self.room.local_participant.publish_data(
            o["text"].encode(), topic=o["topic"], reliable=o["reliable"], destination_identities=o.get("to", []))

    async def heard(self):
        return self.messages

    async def call(self, o):
        try:
            return {"answer": await self.room.local_participant.perform_rpc(
                destination_identity=o["to"], method=o["method"], payload=o["payload"])}
        except rtc.RpcError as error:
            return {"code": error.code}

    async def setAbout(self, o):
        """Sets a value only when the SDK has applied the one before: each request also sends the SDK's other values."""
        local = self.room.local_participant
        if "name" in o:
            await local.set_name(o["name"])
            await until(lambda: local.name == o["name"])
        if "metadata" in o:
            await local.set_metadata(o["metadata"])
            await until(lambda: local.metadata == o["metadata"])
        if "attributes" in o:
            await local.set_attributes(o["attributes"])


async def until(is_so):
    while not is_so():
        await asyncio.sleep(0.01)


async def count_frames(track, row):
    async for event in rtc.VideoStream(track):
        row["frames"] += 1
        row["width"] = event.frame.width


async def count_sound(track, row):
    async for event in rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1):
        if max(event.frame.data) > AUDIBLE:
            row["sound"] += 1


async def film(source):
    """Plays a bright bar that moves on grey."""
    turn = 0
    while True:
        line = bytearray(b"\x80" * WIDTH)
        start = turn * 16 % WIDTH
        line[start:start + 16] = b"\xeb" * 16
        data = bytes(line) * HEIGHT + b"\x80" * (WIDTH * HEIGHT // 2)
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.I420, data))
        turn += 1
        await asyncio.sleep(FRAME_S)


async def speak(source):
    """Plays a tone of 400 Hz, which has whole periods in each 10 ms."""
    tone = array("h", (int(12_000 * math.sin(2 * math.pi * 400 * at / SAMPLE_RATE)) for at in range(SAMPLES)))
    while True:
        await source.capture_frame(rtc.AudioFrame(tone.tobytes(), SAMPLE_RATE, 1, SAMPLES))


def say(body):
    print(json.dumps(body), flush=True)


async def answer(agent, asked):
    try:
        say({"id": asked["id"], "result": await getattr(agent, asked["call"])(*asked["args"])})
    except Exception as error:
        say({"id": asked["id"], "error": str(error) or type(error).__name__})


async def main():
    agent = Agent()
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    say({"ready": True})
    while line := await reader.readline():
        agent.begin(answer(agent, json.loads(line)))


asyncio.run(main())
