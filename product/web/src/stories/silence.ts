/** Returns the address of a silent WAV file: 8 bits, mono, 3000 Hz. */
export function silenceUrl(seconds: number): string {
  const rate = 3000;
  const bytes = new Uint8Array(44 + seconds * rate).fill(128);
  bytes.set(new TextEncoder().encode('RIFF____WAVEfmt ____________________data'));
  const head = new DataView(bytes.buffer);
  head.setUint32(4, bytes.length - 8, true);
  head.setUint32(16, 16, true); // length of the format that follows
  head.setUint32(20, 0x1_0001, true); // PCM, one channel
  head.setUint32(24, rate, true);
  head.setUint32(28, rate, true);
  head.setUint32(32, 0x8_0001, true); // bytes and bits of a sample
  head.setUint32(40, bytes.length - 44, true);
  return URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' }));
}
