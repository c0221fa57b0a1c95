import type { PipedriveSettings } from '../../config/config.ts';
import type { Problem } from '../adapter.ts';
import { ownersIn } from '../owners.ts';
import { configuredFields, problemsFrom, unknownNames } from '../problems.ts';
import type { PipedriveClient } from './client.ts';

/** Tries the credentials, the rights of each kind of call, and that what the configuration names exists. */
export function check(client: PipedriveClient, settings: PipedriveSettings): Promise<readonly Problem[]> {
  const { followUp } = settings;
  const named = configuredFields(settings);
  const users = ownersIn(settings.owners);
  return problemsFrom(
    async () => unknownNames('field', named, await client.personFields(), fieldRemedy),
    async () => (users.length === 0 ? [] : unknownNames('active user', users, await client.activeUsers(), userRemedy)),
    async () => {
      if (followUp?.on?.length !== 0) await client.tryFollowUps(followUp?.as === 'lead' ? 'leads' : 'activities');
      return [];
    },
  );
}

const fieldRemedy =
  'Take the key of 40 letters and digits from Pipedrive → Company settings → Data fields → Person → … → Copy API key.';

const userRemedy = "Take the number at the end of the address of the user's page in Pipedrive → Manage users.";
