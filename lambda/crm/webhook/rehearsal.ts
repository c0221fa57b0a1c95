import type { Rehearse } from '../../../cli/commands/preview/canned-responses.ts';

export const rehearse: Rehearse = () => ({ status: 204, body: null });
