import { createShop } from '../../integration/reconcile/shop.ts';
import { createWorld, token } from '../../integration/reconcile/world.ts';
import { startFakeSmartsupp } from '../../support/fake-smartsupp.ts';
import { atMost, published, type Row } from '../row.ts';

const chats = 10_000;
const hourMs = 60 * 60_000;
const seed = 'heal';

/** Ten thousand conversations of a day, of which one in twenty is lost, one doubled and one in five late, with kills at random. */
export const heal: Row = {
  name: 'heal',
  measure: async () => {
    const fake = await startFakeSmartsupp({ token });
    try {
      const shop = createShop(fake, { seed, chats, lastsMs: 24 * hourMs });
      const world = await createWorld(fake, { seed });
      await world.run({ shop, forMs: 28 * hourMs });
      const notes = Map.groupBy(world.notes(), ({ conversationId }) => conversationId);
      const wrong = shop.expected().filter(({ id, contentHash }) => {
        const [note, ...others] = notes.get(id) ?? [];
        return note?.contentHash !== contentHash || others.length > 0;
      });
      return {
        results: [
          atMost(0, 'heal, conversations not in the CRM once with their words', wrong.length, 'of 10,000'),
          published('heal, brought by reconcile alone', world.healed(), 'of 10,000'),
          published('heal, processes that died on the way', world.deaths(), ''),
        ],
        notes: [
          `Of 10,000 conversations a twentieth of the events is lost, a twentieth comes twice and a fifth late; ${world.deaths()} processes die, and reconcile alone brings ${world.healed()}.`,
        ],
      };
    } finally {
      await fake.close();
    }
  },
};
