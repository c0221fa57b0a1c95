import { buildBrief } from '../../conversation/transcript/brief.ts';
import type { Render } from '../../conversation/transcript/render.ts';
import type { AdapterDeps } from '../http/adapter-deps.ts';
import type { FollowUpRequest } from '../port/adapter.ts';
import { followUpReference } from './fields.ts';

/** Half of the smallest limit, Salesforce's and Zoho's 32,000, since a line end may count as two. */
const maxBytes = 16_000;

/** Writes a follow-up's description, which ends in its reference line. If anything is too long, its end is left out. */
export const describedIn =
  (format: Render, { timezone, language }: Pick<AdapterDeps, 'timezone' | 'language'>) =>
  (request: FollowUpRequest): string => {
    const brief = buildBrief(request.conversation, request.followUp, { timezone, language });
    const limits = { limit: maxBytes, measure: 'bytes' } as const;
    const [description = ''] = format(brief, { ...limits, reference: followUpReference(request) });
    return description;
  };
