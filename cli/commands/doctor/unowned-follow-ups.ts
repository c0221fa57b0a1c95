import type { Destination } from '../../../lambda/crm/catalogue.ts';
import { type Finding, warning } from './findings.ts';

/** Whose a follow-up is if no configured user owns it; absent if somebody sees it all the same, as agents see a ticket. */
const ownerOf: Partial<Record<Destination['adapter'], { readonly task: string; readonly ticket?: string }>> = {
  hubspot: { task: "nobody's" },
  espocrm: {
    task: "the contact's owner's, or else the API user's, who cannot log in",
    ticket: "nobody's",
  },
  salesforce: { task: "the integration user's" },
  odoo: { task: "the contact's salesperson's, or else the forwarder's own user's" },
};

type Settings = Pick<Destination, 'name' | 'adapter'> & {
  readonly owners?: { readonly fallback?: string } | undefined;
  readonly followUp?: { readonly on?: readonly string[]; readonly as?: string } | undefined;
};

/** A follow-up that nobody sees is none. */
export function unownedFollowUps({ name, adapter, owners, followUp }: Settings): readonly Finding[] {
  const unowned = ownerOf[adapter];
  if (unowned === undefined || owners?.fallback !== undefined || followUp?.on?.length === 0) return [];
  const { task, ticket = task } = unowned;
  const owner = followUp?.as === 'ticket' ? ticket : task;
  return [
    warning(
      name,
      `The follow-up of a chat that no agent of owners.agents had is ${owner}.`,
      "Name a CRM's user in owners.fallback.",
    ),
  ];
}
