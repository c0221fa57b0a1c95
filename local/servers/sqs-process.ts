/** SQS on disk: fauxqs, in a process of its own. Arguments: its directory, the port (0 for any). */
import { buildApp } from 'fauxqs';
// The package exports only its main module, whose `startFauxqs` would listen on every interface.
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { listenAndReport } from '../lib/listen.ts';
import { endWithParent } from '../lib/processes.ts';
import { account } from '../lib/settings.ts';
import { GroupCommit } from './group-commit.ts';
import { QuietStore } from './quiet-store.ts';

endWithParent();

const [directory = '', port = '0'] = process.argv.slice(2);
const persistence = new GroupCommit(directory);
const stores = { sqsStore: new QuietStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
// Queue URLs then name the host that was asked, not one that does not resolve.
stores.sqsStore.host = '';
persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
stores.sqsStore.persistence = persistence;
for (const queue of stores.sqsStore.allQueues()) {
  queue.persistence = persistence;
  // Nobody is left who holds a receipt from before: what was in flight when the stack ended is visible at once, not
  // after a timeout of minutes. A delivery that was put off is tried at once, too.
  for (const message of queue.inflightMessages.values()) message.visibilityDeadline = 0;
}

const app = buildApp({ logger: false, defaultRegion: account.region, stores });
// Fauxqs answers in the same turn in which it writes. That a message was sent is told only once it is on disk.
app.addHook('onSend', async ({ headers }) => {
  const isSent = String(headers['x-amz-target']).startsWith('AmazonSQS.SendMessage');
  await (isSent ? persistence.flushed() : persistence.committed());
});
await app.ready();
await listenAndReport(app.server, Number(port));
