import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Arrival, Arrivals } from '../../inspector/forwarder/entries.ts';
import type { Forwarder } from '../../inspector/forwarder/forwarder.ts';
import {
  addInspector,
  type InspectorPages,
  inspectorPaths,
  noBody,
  readAsked,
  type Surroundings,
} from '../../inspector/inspector.ts';
import { inspectorPath } from '../../inspector/views/elements.ts';
import { previewLineFor, readable } from '../../inspector/views/entry.ts';
import {
  answer,
  createGuarded,
  fromThisPage,
  type Notices,
  notAForm,
  problem,
  readForm,
} from '../../inspector/web/browser.ts';
import type { Crm } from './crm/crm.ts';
import type { Calls, Faults } from './crm/webhook.ts';
import { bodyOf, samples } from './samples/samples.ts';
import { manyCopies, readAnswer, type Sender, type Sent } from './smartsupp/sender.ts';
import {
  faults as allFaults,
  callsOf,
  composer,
  entryButtons,
  faultSwitches,
  faultWords,
  healButton,
} from './views/inspector.ts';
import type { DemoLayout } from './views/layout.ts';

/** A body of 6 MB, Lambda's limit, is up to three times as long in a form. */
const maxFormBytes = 20 * 1024 * 1024;

/** The demo page's additions to the inspector: samples, faults, and the demo CRM's answers. */
export function createSurroundings(deps: {
  readonly calls: Calls;
  readonly crm: Crm;
  /** Undefined if no destination is the demo CRM. */
  readonly faults: Faults | undefined;
  readonly layout: DemoLayout;
  /** Whether lost chats can be found. */
  readonly heals: boolean;
  readonly timezone: string;
  readonly now: () => Date;
}): Surroundings {
  const { calls, crm, faults, layout } = deps;
  const ready = readyBody(deps.now());
  return {
    layout,
    head: (current) => ({
      button: html`<a class="button small" href="/inspector/new">Send your own</a>`,
      below: html`${faults && faultSwitches(faults, current)}${deps.heals && healButton}`,
    }),
    words: {
      empty: html`Nothing came yet. Press <b>Send a sample chat</b>.`,
      unavailable: html`The forwarder’s store does not answer, so it is unknown what was delivered. Look at the output of
        <code>npm start</code>.`,
    },
    intro: () => composer(ready),
    more: (entry) => {
      const isInCrm = crm.contactOf(entry.id) !== undefined;
      const answered = calls.of(entry.id);
      return {
        buttons: entryButtons(entry.id, isInCrm),
        cards: answered.length > 0 ? callsOf(entry, answered, isInCrm, deps) : null,
      };
    },
    previewLine: (id) => previewLineFor(id, (command) => `npx forwarder ${command} --local`),
  };
}

/** The same until the next start, so that sending it again makes no second chat. */
const readyBody = (now: Date): string => {
  const [sample] = samples;
  return sample ? JSON.stringify(bodyOf(sample, now), null, 2) : '';
};

/** The inspector's routes here, with buttons to try the promises. */
export function createInspector(deps: {
  readonly pages: InspectorPages;
  readonly surroundings: Pick<Surroundings, 'intro'>;
  readonly notices: Notices;
  readonly forwarder: Forwarder;
  readonly sender: Sender;
  readonly faults: Faults;
  /** Finds lost chats; undefined if nothing does. */
  readonly heal: (() => Promise<string>) | undefined;
  readonly changed: () => void;
  readonly ownName: () => string;
}): Hono {
  const { pages, notices, forwarder, sender, faults, heal } = deps;
  const { readable: shown, posted } = inspectorPaths;
  const own = ['/inspector/send', '/inspector/copies', '/inspector/faults', '/inspector/heal'];
  const app = createGuarded(shown, [...posted, ...own], deps.ownName);

  app.get('/inspector/new', async (context) => {
    const edited = context.req.query('edit');
    const body = edited === undefined ? undefined : await forwarder.bodyOf(edited);
    const detail = body ? composer(readable(body)) : deps.surroundings.intro();
    return context.html(await pages.other('Send your own', detail, readAsked(context, notices)));
  });

  const sent = (context: Context, { status, id, words }: Sent) => {
    const path = id === undefined ? '/inspector' : inspectorPath(id);
    // A refused body that was kept counts as success: the page shows it.
    return answer(context, notices, { ok: status === 200 || id !== undefined, words, path });
  };

  app.post('/inspector/send', ...fromThisPage(maxFormBytes), async (context) => {
    const form = await readForm(context);
    if (!form) return notAForm(context);
    // Browsers write each end of a line as CR LF.
    const body = Buffer.from((form['body'] ?? '').replaceAll('\r\n', '\n'));
    const copies = form['copies'] === `${manyCopies}` ? manyCopies : 1;
    return sent(context, copies === 1 ? await sender.body(body) : await sender.copies(body, copies));
  });

  app.post('/inspector/copies', ...fromThisPage(10_000), async (context) => {
    const body = await forwarder.bodyOf((await readForm(context))?.['id'] ?? '');
    return body ? sent(context, await sender.copies(body, manyCopies)) : noBody(context);
  });

  app.post('/inspector/faults', ...fromThisPage(10_000), async (context) => {
    const form = await readForm(context);
    const fault = allFaults.find((each) => each === form?.['fault']);
    if (!fault) return problem(context, 400, 'No such fault', 'Choose one of those on the page.');
    const isOn = form?.['on'] === '1';
    faults.set(fault, isOn);
    deps.changed();
    const entry = form?.['entry'] ?? '';
    const path = entry === '' ? '/inspector' : inspectorPath(entry);
    return answer(context, notices, { ok: true, words: faultWords[fault][isOn ? 0 : 1], path });
  });

  app.post('/inspector/heal', ...fromThisPage(10_000), async (context) => {
    if (heal === undefined) return problem(context, 404, 'Nothing heals', 'api.reconcile is off.');
    return answer(context, notices, { ok: true, words: await heal(), path: '/inspector' });
  });

  addInspector(app, deps);
  return app;
}

/** A POST to the hook, as it was answered. */
export type Exchange = {
  readonly at: Date;
  readonly durationMs: number;
  readonly body: Uint8Array;
  readonly answer: { readonly status: number; readonly body: string | Uint8Array };
};

type ArrivalLog = Arrivals & { readonly add: (exchange: Exchange) => Arrival };

const maxArrivals = 500;

/** Remembers requests to the hook, since the table lists them only later. Bodies are left to the table. */
export function createArrivals(): ArrivalLog {
  let arrivals: readonly Arrival[] = [];
  let count = 0;
  return {
    add({ at, durationMs, body, answer }) {
      count += 1;
      const { id, detail } = readAnswer(Buffer.from(answer.body).toString());
      const arrival = {
        id: id ?? `refused-${count}`,
        at: at.toISOString(),
        durationMs,
        bytes: body.length,
        status: answer.status,
        isKept: id !== undefined,
        detail,
      };
      arrivals = [arrival, ...arrivals].slice(0, maxArrivals);
      return arrival;
    },
    all: () => arrivals,
    of: (id) => arrivals.filter((arrival) => arrival.id === id),
  };
}
