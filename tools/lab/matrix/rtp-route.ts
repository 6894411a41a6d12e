// Streams of one track that follow each other, made one stream for a player that knows no other. Pure.

/** Of the first picture of the new stream, after the last one of the old: at 25 pictures a second. */
const stepTicks = 3600;

export class RtpRoute {
  /** Of the stream that is played. */
  ssrc: number;
  #sequence = 0;
  #timestamp = 0;
  #shift = { sequence: 0, timestamp: 0 };

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** An RTP packet of the present stream; its numbers are changed in place. */
  packet(datagram: Buffer): void {
    this.#sequence = (datagram.readUInt16BE(2) + this.#shift.sequence) & 0xffff;
    this.#timestamp = (datagram.readUInt32BE(4) + this.#shift.timestamp) >>> 0;
    datagram.writeUInt16BE(this.#sequence, 2);
    datagram.writeUInt32BE(this.#timestamp, 4);
  }

  /** A sender report of the present stream. */
  report(datagram: Buffer): void {
    datagram.writeUInt32BE((datagram.readUInt32BE(16) + this.#shift.timestamp) >>> 0, 16);
  }

  /** Another stream goes on where this one is; `first`: its first packet. */
  follow(first: Buffer): void {
    this.ssrc = first.readUInt32BE(8);
    const sequence = (this.#sequence + 1 - first.readUInt16BE(2)) & 0xffff;
    const timestamp = (this.#timestamp + stepTicks - first.readUInt32BE(4)) >>> 0;
    this.#shift = { sequence, timestamp };
  }
}
