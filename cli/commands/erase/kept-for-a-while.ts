import type { Config } from '../../../lambda/config/config.ts';
import type { Destination } from '../../../lambda/crm/catalogue.ts';

/** What a CRM keeps of a deleted note or ticket, by its page in docs/crms. */
const kept: Partial<Record<Destination['adapter'], string>> = {
  espocrm: 'EspoCRM keeps deleted posts in its database, unseen, until its own clean-up: two months by default.',
  hubspot: 'HubSpot keeps deleted notes in its recycling bin for 90 days.',
  zendesk: 'Zendesk keeps deleted tickets for 30 days.',
  freshdesk: 'Freshdesk keeps deleted tickets in its bin until that is emptied.',
};

/** @param removedFrom the destinations from which something was removed */
export const keptForAWhile = (
  { destinations }: Pick<Config, 'destinations'>,
  removedFrom: readonly string[],
): readonly string[] =>
  destinations.flatMap(({ name, adapter }) => {
    const words = removedFrom.includes(name) ? kept[adapter] : undefined;
    return words === undefined ? [] : `${name}: ${words}`;
  });
