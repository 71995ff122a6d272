import type { Readable } from 'node:stream';

/** A body read to its end, cut at the limit; or the error that ended it early. */
export type Body = { text: string; whole: boolean } | { error: Error };

/** Reads a stream as UTF-8, holding at most `limit` bytes. The rest of a longer one is not waited for. */
export function readBody(stream: Readable, limit: number): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on('data', (chunk: Buffer) => {
      const room = limit - length;
      length += chunk.length;
      chunks.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
      if (length <= limit) return;
      stream.destroy();
      resolve({ text: Buffer.concat(chunks).toString('utf8'), whole: false });
    });
    stream.on('end', () => resolve({ text: Buffer.concat(chunks).toString('utf8'), whole: true }));
    stream.on('error', (error) => resolve({ error }));
  });
}
