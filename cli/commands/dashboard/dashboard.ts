import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { streamSSE } from 'hono/streaming';
import { noArrivals } from '../../../inspector/forwarder/entries.ts';
import { createForwarder } from '../../../inspector/forwarder/forwarder.ts';
import { addInspector, createInspectorPages, inspectorPaths, type Surroundings } from '../../../inspector/inspector.ts';
import { stateLegend } from '../../../inspector/views/elements.ts';
import { previewLineFor } from '../../../inspector/views/entry.ts';
import { createLayout } from '../../../inspector/views/layout.ts';
import { isolated } from '../../../inspector/views/text.ts';
import {
  createAssets,
  createGuarded,
  createNotices,
  inspectorAssets,
  knownHostOnly,
  problem,
} from '../../../inspector/web/browser.ts';
import { createLive, type Live } from '../../../inspector/web/live.ts';
import { createRecords } from '../../../lambda/store/records.ts';
import { isSameSecret } from '../../../local/lib/loopback.ts';
import { openWebServer } from '../../../local/web-server.ts';
import { type Deployment, type Invocation, tableAndQueues } from '../../lib/deployment/deployment.ts';
import { createFollow } from '../../lib/follow.ts';
import { explain } from '../../lib/terminal/errors.ts';
import { untilInterrupted } from '../../lib/terminal/interrupt.ts';
import { note, print } from '../../lib/terminal/output.ts';
import { timezoneOf } from '../../lib/time.ts';
import { addErasure, eraseButton, erasurePaths } from './erasure.ts';

/** How often a page that is open learns of changes. */
const pollMs = 2000;

type Options = { readonly port: number | undefined };

export async function dashboard({ options: { port = 0 }, openDeployment }: Invocation<Options>): Promise<void> {
  const deployment = await openDeployment();
  const web = await openWebServer('127.0.0.1', port);
  try {
    const token = randomBytes(24).toString('base64url');
    const { app, live, isAwaited } = createDashboard({ deployment, token, report });
    web.serve((request) => app.fetch(request));
    print(`${web.origin}/?token=${token}`);
    note(`\nThe dashboard of ${deployment.name}, with your own rights. Only this address opens it. Ctrl-C ends it.`);
    const follow = createFollow(createRecords(deployment.table), new Date());
    await untilInterrupted(pollMs, async () => {
      if (!live.isWatched()) return;
      const events = await follow(new Date()).catch(report);
      if (events === undefined || events.length > 0 || isAwaited()) live.changed();
    });
    live.close();
  } finally {
    await web.close();
  }
}

let reported = '';

/** The page goes on: after signing in again, there is no need to start anew. */
function report(error: unknown): undefined {
  const { text } = explain(error);
  if (text !== reported) note(text);
  reported = text;
}

type DashboardOptions = {
  readonly deployment: Deployment;
  readonly token: string;
  /** Told of what fails, for who runs the command. */
  readonly report: (error: unknown) => void;
};

/** A delivery may be over before a list shows it, so the page looks again by itself for so long after an action. */
const awaitedMs = 30_000;

/** The inspector over a deployment, with the operator's own rights. */
function createDashboard({ deployment, token, report }: DashboardOptions): {
  readonly app: Hono<{ Bindings: HttpBindings }>;
  readonly live: Live;
  /** Whether something was done here a moment ago. */
  readonly isAwaited: () => boolean;
} {
  const now = () => new Date();
  const forwarder = createForwarder({ ...tableAndQueues(deployment), operator: deployment.operator });
  const timezone = timezoneOf(deployment);
  const surroundings = createSurroundings(deployment);
  const pages = createInspectorPages({ forwarder, arrivals: noArrivals, surroundings, timezone, now });
  const live = createLive();
  const notices = createNotices();

  const { readable, posted } = inspectorPaths;
  const inner = createGuarded(
    [...readable, ...erasurePaths.readable, '/assets/:file'],
    [...posted, ...erasurePaths.posted, '/events'],
    ownName,
  );
  let actedAt = 0;
  const changed = () => {
    actedAt = now().getTime();
    live.changed();
  };
  addErasure(inner, { deployment, forwarder, pages, notices, changed });
  addInspector(inner, { pages, notices, forwarder, changed });
  inner.get('/events', (context) => {
    const response = streamSSE(context, live.hold);
    // A kept-alive connection would delay the end of the command.
    response.headers.set('Connection', 'close');
    return response;
  });

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use('*', knownHostOnly(ownName), signIn(token));
  app.get('/', (context) => context.redirect('/inspector', 303));
  app.route('/', inner);
  app.route('/', createAssets([inspectorAssets]));
  app.onError((error, context) => {
    report(error);
    return problem(
      context,
      502,
      'It did not work',
      explain(error).isBug ? 'The terminal has more.' : explain(error).text,
    );
  });
  return { app, live, isAwaited: () => now().getTime() - actedAt < awaitedMs };
}

const ownName = () => '127.0.0.1';

function createSurroundings({ name, commandLine }: Deployment): Surroundings {
  return {
    layout: createLayout({
      nameOf: () => name,
      home: '/inspector',
      heading: 'Forwarder',
      tabs: [],
      stylesheets: ['tokens', 'base', 'controls', 'top', 'list', 'inspector', 'screens'],
      tools: () => html`<p class="quiet">${isolated(name)}</p>`,
      gone: 'The dashboard does not answer. Is npx forwarder dashboard still running?',
    }),
    head: () => ({ button: null, below: null }),
    words: {
      empty: html`Nothing came yet.`,
      unavailable: html`The table does not answer. Are your credentials still valid? The terminal has more; once you are signed
        in again, this page goes on.`,
    },
    intro: () => html`<article class="entry">
      <h2 id="detail-heading">What the forwarder does</h2>
      <p class="lead">The newest hundred chats, with what was refused or waits. Open one to see what came, and each attempt to bring
        it to your CRM. <code>${commandLine('list')}</code> has them all.</p>
      <section class="card" aria-labelledby="states-heading">
        <h3 id="states-heading">The states</h3>
        ${stateLegend}
      </section>
    </article>`,
    more: (entry) => ({ buttons: entry.kind === 'chat' ? eraseButton(entry.id) : null, cards: null }),
    previewLine: (id) => previewLineFor(id, commandLine),
  };
}

/**
 * Lets in only those who have opened the address with the token, which becomes a cookie: other users and programs of
 * this machine reach the port, too.
 */
function signIn(token: string): MiddlewareHandler {
  return async (context, next) => {
    const given = context.req.query('token');
    if (given !== undefined && isSameSecret(given, token)) {
      setCookie(context, cookieOf(context), token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      // So that the token is not in what a page links to or sends.
      return context.redirect('/inspector', 303);
    }
    if (isSameSecret(getCookie(context, cookieOf(context)) ?? '', token)) return next();
    return problem(context, 401, 'Not signed in', 'Open the address that npx forwarder dashboard has printed.');
  };
}

/** Cookies do not tell ports apart, and two stages may be open at once. */
const cookieOf = ({ req }: Context) => `forwarder-dashboard-${new URL(req.url).port}`;
