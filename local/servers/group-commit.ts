import type { DatabaseSync } from 'node:sqlite';
// The package exports only its main module.
import { PersistenceManager } from '../../node_modules/fauxqs/dist/persistence.js';

/**
 * What fauxqs keeps on disk, with one commit for all that is written in one turn of the event loop: a flush for each
 * message that is sent, received or deleted would be most of what the process does.
 */
export class GroupCommit extends PersistenceManager {
  // The package declares it private, and without a type.
  readonly #database: DatabaseSync = this['db'];
  #commit: Promise<void> | undefined;

  /** Resolves once all that has been written so far is on disk; rejects where it is not. */
  async flushed(): Promise<void> {
    await this.#commit;
  }

  override insertMessage(...message: Parameters<PersistenceManager['insertMessage']>): void {
    this.#begin();
    super.insertMessage(...message);
  }

  override updateMessageInflight(...message: Parameters<PersistenceManager['updateMessageInflight']>): void {
    this.#begin();
    super.updateMessageInflight(...message);
  }

  override deleteMessage(messageId: string): void {
    this.#begin();
    super.deleteMessage(messageId);
  }

  /**
   * Called for a visibility timeout of 0, where 2.4.1 writes a null that its own schema refuses, and loses the message.
   * Nothing needs writing: whatever was in flight is visible after the next start.
   */
  override updateMessageReady(): void {}

  /** Whatever else is written in this turn joins in. */
  #begin(): void {
    if (this.#commit) return;
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
    // Those who wait are told; that nobody does is no failure of its own.
    this.#commit.catch(() => {});
  }
}
