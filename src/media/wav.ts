/** A RIFF file of one channel, 16 bits a sample (Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"). */
export function wavOf(samples: Int16Array, rate: number): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  const words = { 16: 16, 24: rate, 28: rate * 2, 40: data.length };
  const halves = { 20: 1, 22: 1, 32: 2, 34: 16 }; // PCM, one channel, 2 bytes a sample, 16 bits
  for (const [at, value] of Object.entries(words)) head.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries(halves)) head.writeUInt16LE(value, Number(at));
  head.write('data', 36);
  return Buffer.concat([head, data]);
}
