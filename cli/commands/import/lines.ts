import { createReadStream } from 'node:fs';

/** A line of a file: its number from 1 on, and the place of its bytes. */
export type Line = {
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  /** Undefined if it is longer than a hook can be: it is not kept in memory. */
  readonly bytes: Buffer | undefined;
};

/** Receive takes no larger body. */
const maxBytes = 6 * 1024 * 1024;

const newline = 0x0a;

/** The lines that are not blank, one at a time: the file may be larger than the memory. */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let number = 0;
  let offset = 0;
  let length = 0;
  let parts: Buffer[] = [];

  const add = (part: Buffer) => {
    length += part.length;
    if (length <= maxBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    number += 1;
    const line = { number, offset, length, bytes: length <= maxBytes ? Buffer.concat(parts) : undefined };
    offset += length + 1;
    length = 0;
    parts = [];
    return line;
  };

  const chunks: AsyncIterable<Buffer> = createReadStream(file);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (!isBlank(line)) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (!isBlank(last)) yield last;
}

const isBlank = ({ bytes }: Line) => bytes !== undefined && bytes.toString('latin1').trim() === '';
