import { readFileSync } from 'node:fs';
import type { Item } from '../../../lambda/store/table.ts';

/**
 * What earlier releases wrote, byte by byte. A deployment replaces the functions while messages lie on the queue, and may
 * be taken back: each release reads what those before have written, and writes what the last one can read. Where it does
 * not, CHANGELOG says so.
 */
const read = (release: string, name: string) => readFileSync(`test/fixtures/release-${release}/${name}.json`, 'utf8');

export const itemsOf = (release: string): readonly Item[] =>
  JSON.parse(read(release, 'items'), (_key, value) =>
    typeof value?.base64 === 'string' ? Buffer.from(value.base64, 'base64') : value,
  );

const envelopes: Readonly<Record<string, string>> = JSON.parse(read('0.1', 'envelopes'));

/** @param kind how the body travels: `text`, `zstd` or `stored` */
export const envelope = (kind: string): string => envelopes[kind] ?? '';

/** When all of it was written. */
export const writtenAt = new Date('2026-05-04T08:30:00.000Z');

/** Half a minute later. */
export const now = () => new Date(writtenAt.getTime() + 30_000);
export const options = { retentionDays: 3650, now };
