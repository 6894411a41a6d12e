import { crc32 } from './format.ts';
import { Continuity, type PacketPayload } from './packet.ts';

/** With the header; the standard's bound for both tables that we read. */
const tableBytesMax = 1024;
const headerBytes = 3;
const tableBytesMin = 12;

/** Returns tables with a valid checksum; a damaged table is repeated soon. Holds less than a table. */
export class SectionReader {
  readonly #continuity = new Continuity();
  readonly #bytes = new Uint8Array(tableBytesMax);
  #size = 0;
  #isOpen = false;

  push(packet: PacketPayload): Uint8Array[] {
    const step = this.#continuity.follow(packet);
    if (step === 'repeated') return [];
    if (step === 'lost') this.#isOpen = false;
    const tables: Uint8Array[] = [];
    let bytes = packet.bytes;
    if (packet.begins) {
      // The pointer gives the size of an earlier table's rest in the packet.
      const pointer = bytes[0] ?? 0;
      if (1 + pointer >= bytes.length) return [];
      this.#append(bytes.subarray(1, 1 + pointer), tables);
      bytes = bytes.subarray(1 + pointer);
      this.#size = 0;
      this.#isOpen = true;
    }
    this.#append(bytes, tables);
    return tables;
  }

  reset(): void {
    this.#continuity.reset();
    this.#isOpen = false;
  }

  #append(bytes: Uint8Array, tables: Uint8Array[]): void {
    let at = 0;
    while (this.#isOpen && at < bytes.length) {
      const targetBytes = this.#size < headerBytes ? headerBytes : this.#tableBytes();
      const take = Math.min(targetBytes - this.#size, bytes.length - at);
      this.#bytes.set(bytes.subarray(at, at + take), this.#size);
      this.#size += take;
      at += take;
      if (this.#size < headerBytes) return;
      const isStuffing = this.#bytes[0] === 0xff;
      if (isStuffing || this.#tableBytes() > tableBytesMax || this.#tableBytes() < tableBytesMin) {
        this.#isOpen = false;
      } else if (this.#size === this.#tableBytes()) {
        const table = this.#bytes.slice(0, this.#size);
        if (crc32(table) === 0 && isCurrent(table)) tables.push(table);
        this.#size = 0;
      }
    }
  }

  #tableBytes(): number {
    return headerBytes + ((((this.#bytes[1] ?? 0) & 15) << 8) | (this.#bytes[2] ?? 0));
  }
}

/** Returns false for a table that becomes valid later. */
function isCurrent(table: Uint8Array): boolean {
  return ((table[5] ?? 0) & 1) === 1;
}
