import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
// The package exports only its main module.
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';
import { oneAfterAnother } from './one-after-another.ts';

/**
 * What fauxqs keeps on disk, with one commit for all that is written in one turn of the event loop, and with one flush,
 * beside the loop, for all that is committed while another is under way: a flush for each message that is sent, received
 * or deleted would be most of what the process does.
 */
export class GroupCommit extends PersistenceManager {
  // The package declares it private, and without a type.
  readonly #database: DatabaseSync = this['db'];
  readonly #flush: () => Promise<void>;
  #commit: Promise<void> | undefined;
  #flushed = Promise.resolve();

  constructor(directory: string) {
    super(directory);
    // SQLite itself then flushes only what it takes out of its log of writes; that log is flushed here.
    this.#database.exec('PRAGMA synchronous = NORMAL');
    const log = open(join(directory, 'fauxqs.db-wal'), 'r+');
    this.#flush = oneAfterAnother(async () => (await log).datasync());
  }

  /** Resolves once all messages that were sent so far are on disk; rejects where they are not. */
  flushed(): Promise<void> {
    return this.#flushed;
  }

  /** Resolves once all that has been written so far outlasts this process; rejects where it does not. */
  async committed(): Promise<void> {
    await this.#commit;
  }

  override insertMessage(...message: Parameters<PersistenceManager['insertMessage']>): void {
    const committed = this.#begin();
    super.insertMessage(...message);
    this.#flushed = committed.then(this.#flush);
    this.#flushed.catch(ignore);
  }

  /** Not flushed: what is given back, or is there again, after the machine has stopped in between is sent once more. */
  override updateMessageInflight(...message: Parameters<PersistenceManager['updateMessageInflight']>): void {
    this.#begin();
    super.updateMessageInflight(...message);
  }

  /** Not flushed, likewise. */
  override deleteMessage(messageId: string): void {
    this.#begin();
    super.deleteMessage(messageId);
  }

  /**
   * Called for a visibility timeout of 0, where 2.4.1 writes a null that its own schema refuses, and loses the message.
   * Nothing needs writing: whatever was in flight is visible after the next start.
   */
  override updateMessageReady(): void {}

  /** Whatever else is written in this turn joins in. Resolves when it is committed. */
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

/** Those who wait are told; that nobody does is no failure of its own. */
const ignore = () => {};
