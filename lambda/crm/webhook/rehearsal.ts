import type { Rehearse } from '../rehearsal.ts';

export const rehearse: Rehearse = () => ({ status: 204, body: null });
