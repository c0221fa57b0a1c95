import type { Refused } from '../../lambda/receiving/ports.ts';

/** No schema has to do with these: the body is no text, or none that any release reads. */
const hopeless: ReadonlySet<string> = new Set(['not-utf-8', 'not-json']);

/** Whether a body was refused for what no later release will take either: to send it again is no use. */
export const isHopeless = ({ reason }: Pick<Refused, 'reason'>): boolean => hopeless.has(reason);
