/** Runs SQS (fauxqs) on disk. Arguments: its directory, and the port (0 for any). */
import { buildApp } from 'fauxqs';
// The package exports its main module only, and its `startFauxqs` listens on every interface.
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { endWithParent } from '../lib/processes.ts';
import { account } from '../lib/settings.ts';
import { GroupCommit, QuietStore } from './fauxqs.ts';
import { serve } from './serve.ts';

endWithParent();

const [directory = '', port = '0'] = process.argv.slice(2);
const persistence = new GroupCommit(directory);
const stores = { sqsStore: new QuietStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
// Queue URLs then have the host of the request, instead of one that does not resolve.
stores.sqsStore.host = '';
persistence.loadSqsAndSns(stores.sqsStore, stores.snsStore);
stores.sqsStore.persistence = persistence;
for (const queue of stores.sqsStore.allQueues()) {
  queue.persistence = persistence;
  // No receipt survives a restart, so messages in flight become visible at once.
  for (const message of queue.inflightMessages.values()) message.visibilityDeadline = 0;
}

const app = buildApp({ logger: false, defaultRegion: account.region, stores });
// fauxqs answers before its writes are committed. SendMessage is answered once the message is on disk.
app.addHook('onSend', async ({ headers }) => {
  const isSent = String(headers['x-amz-target']).startsWith('AmazonSQS.SendMessage');
  await (isSent ? persistence.flushed() : persistence.committed());
});
await app.ready();
await serve(app.server, Number(port));
