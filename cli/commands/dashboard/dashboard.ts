import { randomBytes } from 'node:crypto';
import { createRecords } from '../../../lambda/store/records.ts';
import { openWebServer } from '../../../local/web-server.ts';
import { createFollow } from '../../lib/follow.ts';
import type { Invocation } from '../../lib/invocation.ts';
import { explain } from '../../lib/terminal/errors.ts';
import { untilInterrupted } from '../../lib/terminal/interrupt.ts';
import { note, print } from '../../lib/terminal/output.ts';
import { createDashboard } from './app.ts';

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
