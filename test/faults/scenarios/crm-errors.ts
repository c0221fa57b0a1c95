import { setTimeout as sleep } from 'node:timers/promises';
import type { Trouble } from '../support/bad-line.ts';
import { mixedChats } from '../support/chats.ts';
import { createRandom, type Random } from '../support/random.ts';
import { within } from '../support/sender.ts';
import type { Stage } from '../support/stage.ts';

type ErrorsOptions = {
  readonly scenario: string;
  readonly seconds: number;
  readonly chats: number;
  readonly weather: (random: Random) => () => Trouble;
};

/** HubSpot is in some trouble for a while, and chats keep coming. The retries of the last ones meet a CRM that is well. */
export async function crmErrors({ weather: weathers, sender }: Stage, options: ErrorsOptions): Promise<void> {
  const { scenario, seconds, chats, weather } = options;
  const random = createRandom(scenario);
  weathers.set(scenario, weather(createRandom(`${scenario} weather`)));
  const visitors = mixedChats(scenario, chats, random);
  const over = sleep(seconds * 1000);
  await within(
    seconds * 700,
    random,
    visitors.map((each) => sender.asItComes(each, random)),
  );
  await over;
  weathers.delete(scenario);
}
