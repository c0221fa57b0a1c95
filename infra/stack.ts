import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../lambda/config/config.ts';
import { DestinationSecrets } from './destination-secrets.ts';
import { FrontDoor } from './front-door.ts';
import { NodeFunction } from './function.ts';
import { HookKey } from './hook-key.ts';
import { LogAlarm } from './log-alarm.ts';
import { addOutputs } from './outputs.ts';
import { ChatQueue } from './queue.ts';
import { Sweep } from './sweep.ts';
import { ConversationTable } from './table.ts';

export type ForwarderStackProps = {
  /** The user's configuration, copied as it is beside deliver's bundle. */
  readonly configFile: string;
  /** What that file says. */
  readonly config: Pick<Config, 'destinations' | 'rejectedRetentionDays'>;
  /** Read the hook's key again when this changes. */
  readonly hookKeyRevision: string;
};

const deliverTimeout = Duration.seconds(60);

/** Hook → receive → queue → deliver → table and CRMs; and a sweep for what fell beside the queue. */
export class ForwarderStack extends Stack {
  constructor(scope: Construct, id: string, props: ForwarderStackProps) {
    super(scope, id, { description: 'Forwards every Smartsupp chat to CRMs' });
    const { destinations, rejectedRetentionDays } = props.config;
    const chats = new ChatQueue(this, 'Queue', { consumerTimeout: deliverTimeout });
    const conversations = new ConversationTable(this, 'Conversations');
    const hookKey = new HookKey(this, 'HookKey', { revision: props.hookKeyRevision });
    const secrets = new DestinationSecrets(
      this,
      'Destinations',
      destinations.map(({ name }) => name),
    );
    const stores = { QUEUE_URL: chats.queue.queueUrl, TABLE_NAME: conversations.table.tableName };

    const receive = new NodeFunction(this, 'Receive', {
      description: 'Takes the Smartsupp hook and answers when the chat is durable',
      entry: 'lambda/receive.ts',
      // Longer than all its tries at a queue and a table that do not answer, shorter than the front door's 30 s.
      timeout: Duration.seconds(20),
      environment: {
        ...stores,
        HOOK_KEY_DIGESTS: hookKey.digests,
        REJECTED_RETENTION_DAYS: String(rejectedRetentionDays),
      },
    });
    chats.grantSend(receive.role);
    // What was refused is kept, and bodies too large for a message; what faces the internet reads nothing.
    conversations.grant(receive.role, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    const frontDoor = new FrontDoor(this, 'FrontDoor', receive.lambda);

    const deliver = new NodeFunction(this, 'Deliver', {
      description: 'Records each conversation, then delivers it to every destination',
      entry: 'lambda/deliver.ts',
      timeout: deliverTimeout,
      environment: { ...stores, DESTINATION_SECRETS: secrets.json },
      files: { 'forwarder.json': props.configFile },
    });
    chats.feed(deliver.lambda);
    secrets.grantRead(deliver.role);
    conversations.grant(
      deliver.role,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:DeleteItem',
      'dynamodb:Query',
    );

    new LogAlarm(this, 'CredentialsRefused', {
      logGroup: deliver.logGroup,
      field: 'fault',
      value: 'credentials',
      description: 'A CRM refuses our credentials. Chats wait: put valid ones into the destination’s secret.',
    });
    new LogAlarm(this, 'Parked', {
      logGroup: deliver.logGroup,
      field: 'outcome',
      value: 'parked',
      description: 'A delivery was parked: it will not be tried again by itself. Its reason is in the table.',
    });
    const sweep = new Sweep(this, 'Sweep', { chats, conversations, environment: stores });

    addOutputs(this, { frontDoor, hookKey, secrets, chats, conversations, receive, deliver, sweep });
  }
}
