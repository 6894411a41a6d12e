import { type AmfValue, encodeAmf0 } from './amf0.ts';
import { messageType } from './chunks.ts';
import { commandMessage, type RtmpCommand, type RtmpStatus, statusObject } from './commands.ts';
import { chunkStream, type RtmpLink, uint32, userControl, WINDOW_BYTES } from './link.ts';

export class Replies {
  readonly #link: RtmpLink;

  constructor(link: RtmpLink) {
    this.#link = link;
  }

  connected(command: RtmpCommand): void {
    this.#link.announceWindow();
    // 2: "dynamic", the limit may change later.
    this.#link.sendControl(messageType.setPeerBandwidth, Uint8Array.of(...uint32(WINDOW_BYTES), 2));
    this.#link.announceChunkSize();
    // Some clients look for a version of Flash Media Server that supports H.264.
    const server = new Map<string, AmfValue>([
      ['fmsVer', 'FMS/3,5,7,7009'],
      ['capabilities', 31],
    ]);
    const status = statusObject({ level: 'status', code: 'NetConnection.Connect.Success', description: 'connected' });
    this.result(command, server, status.set('objectEncoding', 0));
  }

  publishStarted(streamId: number, name: string): void {
    this.#link.sendUserControl(userControl.streamBegin, streamId);
    this.status(streamId, { level: 'status', code: 'NetStream.Publish.Start', description: `publishing ${name}` });
  }

  playStarted(streamId: number, name: string): void {
    this.#link.sendUserControl(userControl.streamBegin, streamId);
    this.status(streamId, { level: 'status', code: 'NetStream.Play.Reset', description: `playing ${name}` });
    this.status(streamId, { level: 'status', code: 'NetStream.Play.Start', description: `playing ${name}` });
    const payload = encodeAmf0('|RtmpSampleAccess', true, true);
    this.#link.send({ typeId: messageType.data, streamId, timestampMs: 0, payload }, chunkStream.data);
  }

  playEnded(streamId: number): void {
    this.#link.sendUserControl(userControl.streamEof, streamId);
    this.status(streamId, { level: 'status', code: 'NetStream.Play.UnpublishNotify', description: 'unpublished' });
    this.status(streamId, { level: 'status', code: 'NetStream.Play.Stop', description: 'stopped' });
  }

  /** Sends Flash's messages for a publication's start and end, which some encoders wait for. */
  flashPublish({ name, streamId }: RtmpCommand): void {
    const code = name === 'FCPublish' ? 'NetStream.Publish.Start' : 'NetStream.Unpublish.Success';
    const status = statusObject({ level: 'status', code, description: '' });
    this.#call({ name: `on${name}`, transactionId: 0, streamId, values: [null, status] });
  }

  failed(command: RtmpCommand, description: string): void {
    if (command.transactionId === 0) return;
    const status = statusObject({ level: 'error', code: 'NetConnection.Call.Failed', description });
    this.#call({ ...command, name: '_error', values: [null, status] });
  }

  result(command: RtmpCommand, ...values: readonly AmfValue[]): void {
    this.#call({ ...command, name: '_result', values });
  }

  status(streamId: number, status: RtmpStatus): void {
    this.#call({ name: 'onStatus', transactionId: 0, streamId, values: [null, statusObject(status)] });
  }

  #call(command: RtmpCommand): void {
    this.#link.send(commandMessage(command), chunkStream.command);
  }
}
