// Bare WebSockets in rooms, each from an address of its own, which count the messages that they get.
import { decodeServerFrame, encodeClientFrame, encodeServerFrame } from '@meridian/protocol';
import { WebSocket } from 'ws';
import { joinMessage, token } from '../../../signaling/test/service/rig/client.ts';
import type { Server } from './signaling-process.ts';

/** Sockets that open at once. */
const openAtOnce = 8;
/** First byte of answers: the tag of `reply_to`. */
const answerTag = encodeServerFrame({ replyTo: 1, ack: {} })[0];

/** Messages and their bytes, at the clients. */
export interface Counts {
  sent: number;
  answers: number;
  answerBytes: number;
  news: number;
  newsBytes: number;
}

export interface Member {
  readonly room: string;
  readonly number: number;
  socket: WebSocket;
}

export class RoomClients {
  readonly counts: Counts = { sent: 0, answers: 0, answerBytes: 0, news: 0, newsBytes: 0 };
  readonly rooms = new Map<string, Member[]>();
  readonly #server: Server;
  readonly #isBare: boolean;
  #next = 0;
  #requests = 0;

  /** `isBare`: the server is no signaling node, so nothing is joined. */
  constructor(server: Server, o: { isBare: boolean }) {
    this.#server = server;
    this.#isBare = o.isBare;
  }

  get members(): Member[] {
    return [...this.rooms.values()].flat();
  }

  /** Opens rooms of a size. Rejects when a client is refused. */
  async open(o: { name: string; rooms: number; size: number }): Promise<void> {
    for (let room = 0; room < o.rooms; room += 1) {
      const name = `${o.name}-${room}`;
      const members: Member[] = [];
      this.rooms.set(name, members);
      for (let at = 0; at < o.size; at += openAtOnce) {
        const count = Math.min(openAtOnce, o.size - at);
        members.push(...(await Promise.all(Array.from({ length: count }, () => this.#enter(name)))));
      }
    }
  }

  /** Sends a message as this client; a bare server gets as many bytes. */
  send(member: Member, frame: Parameters<typeof encodeClientFrame>[0]): void {
    this.#requests += 1;
    this.counts.sent += 1;
    member.socket.send(encodeClientFrame({ ...frame, requestId: this.#requests }));
  }

  /** Has a client leave and come back with a new socket. */
  async comeBack(member: Member): Promise<void> {
    const { socket } = member;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    this.send(member, { leave: { reason: 'left' } });
    if (this.#isBare) socket.close();
    await closed;
    member.socket = await this.#joined(member.room, member.number);
  }

  /** Sends text to a bare server. */
  configure(text: string): void {
    this.members[0]?.socket.send(text);
  }

  reset(): void {
    Object.assign(this.counts, { sent: 0, answers: 0, answerBytes: 0, news: 0, newsBytes: 0 });
  }

  close(): void {
    for (const { socket } of this.members) socket.terminate();
    this.rooms.clear();
  }

  async #enter(room: string): Promise<Member> {
    const number = this.#next++;
    return { room, number, socket: await this.#joined(room, number) };
  }

  async #joined(room: string, number: number): Promise<WebSocket> {
    const identity = `person-${number}`;
    const accessToken = await token({ room, identity, video: { canUpdateOwnMetadata: true } });
    const localAddress = `127.${1 + (number >> 14)}.${(number >> 7) & 127}.${1 + (number & 127)}`;
    const socket = new WebSocket(this.#server.url(room), { perMessageDeflate: false, localAddress });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('error', () => socket.terminate());
    const join = encodeClientFrame({ requestId: 1, join: joinMessage(accessToken) });
    let isAnswered = false;
    const answered = new Promise<void>((resolve, reject) => {
      socket.on('message', (data: Buffer) => {
        this.#count(data);
        if (isAnswered) return;
        if (!this.#isBare) {
          if (data[0] !== answerTag) return;
          const { error } = decodeServerFrame(data);
          if (error) reject(new Error(`the Join was refused: ${error.code} ${error.message}`));
        }
        isAnswered = true;
        resolve();
      });
      socket.on('close', (code) => reject(new Error(`the socket closed with ${code} before the answer`)));
    });
    this.counts.sent += 1;
    socket.send(join);
    await answered;
    return socket;
  }

  /** A bare server marks its answers by a first byte, as frames are marked. */
  #count(data: Buffer): void {
    const isAnswer = data[0] === answerTag;
    if (isAnswer) {
      this.counts.answers += 1;
      this.counts.answerBytes += data.length;
    } else {
      this.counts.news += 1;
      this.counts.newsBytes += data.length;
    }
  }
}
