export interface Mp4Box {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Throws when the boxes do not fill the bytes exactly. */
export function boxesOf(bytes: Uint8Array): Mp4Box[] {
  const boxes: Mp4Box[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) throw new Error(`a box of ${size} bytes at ${at} of ${bytes.length}`);
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
    boxes.push({ type, body: bytes.subarray(at + 8, at + size) });
    at += size;
  }
  return boxes;
}

/** Returns the content of the first box at a path, such as `moov trak mdia`. */
export function boxAt(bytes: Uint8Array, path: string): Uint8Array {
  return path.split(' ').reduce((within, type) => {
    const found = boxesOf(within).find((one) => one.type === type);
    if (found === undefined) throw new Error(`no ${type} of ${path}`);
    return found.body;
  }, bytes);
}

export interface ReadSample {
  readonly track: number;
  /** In ticks of the track. */
  readonly dts: number;
  readonly pts: number;
  readonly duration: number;
  readonly isSync: boolean;
  readonly data: Uint8Array;
}

export function samplesOf(bytes: Uint8Array): ReadSample[] {
  const samples: ReadSample[] = [];
  let at = 0;
  let moof: { at: number; body: Uint8Array } | undefined;
  for (const { type, body } of boxesOf(bytes)) {
    if (type === 'moof') moof = { at, body };
    else if (type === 'mdat' && moof !== undefined) samples.push(...runsOf(moof, bytes));
    else throw new Error(`${type} in a fragment`);
    at += body.length + 8;
  }
  return samples;
}

function runsOf(moof: { at: number; body: Uint8Array }, bytes: Uint8Array): ReadSample[] {
  return boxesOf(moof.body).flatMap(({ type, body }) => {
    if (type !== 'traf') return [];
    const track = viewOf(boxAt(body, 'tfhd')).getUint32(4);
    let dts = Number(viewOf(boxAt(body, 'tfdt')).getBigUint64(4));
    const run = viewOf(boxAt(body, 'trun'));
    const flags = run.getUint32(0) & 0xffffff;
    let data = moof.at + run.getUint32(8);
    let field = 12;
    const next = (isThere: boolean, otherwise: number): number => {
      if (!isThere) return otherwise;
      field += 4;
      return run.getInt32(field - 4);
    };
    return Array.from({ length: run.getUint32(4) }, () => {
      const duration = next((flags & 0x100) !== 0, 0);
      const size = next((flags & 0x200) !== 0, 0);
      const sampleFlags = next((flags & 0x400) !== 0, 0x02000000);
      const composition = next((flags & 0x800) !== 0, 0);
      const isSync = (sampleFlags & 0x10000) === 0;
      const sample = { track, dts, pts: dts + composition, duration, isSync, data: bytes.subarray(data, data + size) };
      dts += duration;
      data += size;
      return sample;
    });
  });
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
