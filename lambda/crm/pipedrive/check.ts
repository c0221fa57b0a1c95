import { configuredFields, ownersIn, problemsFrom, unknownNames } from '../check/problems.ts';
import type { PipedriveClient } from './client.ts';
import type { PipedriveSettings } from './settings.ts';

export const createCheck = (client: PipedriveClient, settings: PipedriveSettings) => () =>
  problemsFrom(
    async () => unknownNames('field', configuredFields(settings), await client.personFields(), fieldRemedy),
    async () => {
      const users = ownersIn(settings.owners);
      return users.length === 0 ? [] : unknownNames('active user', users, await client.activeUsers(), userRemedy);
    },
    async () => {
      const { on, as } = settings.followUp ?? {};
      if (on?.length !== 0) await client.tryFollowUps(as === 'lead' ? 'leads' : 'activities');
      return [];
    },
  );

const fieldRemedy =
  'Take the key of 40 letters and digits from Pipedrive → Company settings → Data fields → Person → … → Copy API key.';

const userRemedy = "Take the number at the end of the address of the user's page in Pipedrive → Manage users.";
