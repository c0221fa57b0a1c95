/** Runs SQS (fauxqs) on disk. Arguments: its directory, and the port (0 for any). */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { buildApp } from 'fauxqs';
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
import { S3Store } from '../../node_modules/fauxqs/dist/s3/s3Store.js';
import { SnsStore } from '../../node_modules/fauxqs/dist/sns/snsStore.js';
import { type SqsQueue, SqsStore } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { serve } from '../lib/loopback.ts';
import { endWithParent } from '../lib/processes.ts';
import { account } from '../lib/settings.ts';
import { coalesced } from './coalesced.ts';

// The package exports its main module only, and its `startFauxqs` listens on every interface.

/**
 * fauxqs's persistence with one commit for all writes of an event loop turn, and with flushes that run in the
 * background, one at a time, for all commits in between. A flush for each message would take most of the process's
 * time.
 */
class GroupCommit extends PersistenceManager {
  // Private and untyped in the package.
  readonly #database: DatabaseSync = this['db'];
  readonly #flush: () => Promise<void>;
  #commit: Promise<void> | undefined;
  #flushed = Promise.resolve();

  constructor(directory: string) {
    super(directory);
    // SQLite then flushes only at checkpoints; this class flushes the write-ahead log.
    this.#database.exec('PRAGMA synchronous = NORMAL');
    const log = open(join(directory, 'fauxqs.db-wal'), 'r+');
    this.#flush = coalesced(async () => (await log).datasync());
  }

  /** Resolves once all messages sent so far are on disk; rejects if they cannot be. */
  flushed(): Promise<void> {
    return this.#flushed;
  }

  /** Resolves once everything written so far survives this process; rejects if it cannot. */
  async committed(): Promise<void> {
    await this.#commit;
  }

  override insertMessage(...message: Parameters<PersistenceManager['insertMessage']>): void {
    const committed = this.#begin();
    super.insertMessage(...message);
    this.#flushed = committed.then(this.#flush);
    this.#flushed.catch(ignore);
  }

  /** Not flushed: after a power failure, the message is delivered again. */
  override updateMessageInflight(...message: Parameters<PersistenceManager['updateMessageInflight']>): void {
    this.#begin();
    super.updateMessageInflight(...message);
  }

  /** Not flushed, for the same reason. */
  override deleteMessage(messageId: string): void {
    this.#begin();
    super.deleteMessage(messageId);
  }

  /**
   * Called for a visibility timeout of 0: fauxqs 2.4.1 writes a null that its own schema refuses, and loses the
   * message. Nothing needs to be written, since messages in flight are visible after a restart.
   */
  override updateMessageReady(): void {}

  /** Other writes of this turn are part of the same commit. Resolves when it is done. */
  #begin(): Promise<void> {
    if (this.#commit) return this.#commit;
    this.#database.exec('BEGIN');
    this.#commit = new Promise((resolve, reject) => {
      setImmediate(() => {
        this.#commit = undefined;
        try {
          this.#database.exec('COMMIT');
          resolve();
        } catch (error) {
          if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
          reject(error);
        }
      });
    });
    this.#commit.catch(ignore);
    return this.#commit;
  }
}

/** Callers that wait get the error; without any, it is not an unhandled rejection. */
const ignore = () => {};

/** How often a queue with waiting receivers looks for messages that are visible again, in milliseconds. */
const pollIntervalMs = 250;

/**
 * fauxqs polls fifty times a second; sent messages are delivered at once anyway. It also counts messages that are visible again
 * as in flight until the next receive, which never comes at the dead-letter queue.
 */
class QuietStore extends SqsStore {
  override createQueue(...options: Parameters<SqsStore['createQueue']>): SqsQueue {
    const queue = super.createQueue(...options);
    queue.waitForMessages = (seconds) => waitAt(queue, seconds);
    const getAllAttributes = queue.getAllAttributes.bind(queue);
    queue.getAllAttributes = (names) => {
      queue.processTimers();
      return getAllAttributes(names);
    };
    return queue;
  }
}

function waitAt(queue: SqsQueue, seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const look = setInterval(() => queue.processTimers(), pollIntervalMs);
    const end = () => {
      clearInterval(look);
      clearTimeout(timer);
      queue.pollWaiters = queue.pollWaiters.filter((each) => each !== waiter);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    // The queue resolves its waiters when a message is sent or becomes visible.
    const waiter = { resolve: end, timer };
    queue.pollWaiters.push(waiter);
  });
}

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
