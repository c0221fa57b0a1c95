import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Draw } from './clock.ts';

/** SQS in memory: at least once, in no order, with a queue for what is received too often. */
export type Queue = ReturnType<typeof createQueue>;

export type Message = {
  readonly id: string;
  readonly body: string;
  receiveCount: number;
  visibleAt: number;
  /** The last receipt: an older one changes nothing any more. */
  receipt: string;
};

type QueueOptions = {
  readonly name: string;
  readonly now: () => number;
  readonly draw: Draw;
  readonly visibilityTimeoutMs: number;
  readonly maxReceiveCount: number;
  readonly maxInFlight: number;
  readonly deadLetters?: Queue;
  /** Told of each message. */
  readonly onSend?: (body: string) => void;
  /** Told when something may be received from then on. */
  readonly onVisible?: (at: number) => void;
};

const second = 1000;

export function createQueue(options: QueueOptions) {
  const { name, now, draw, maxInFlight, maxReceiveCount, deadLetters, onSend, onVisible } = options;
  let lastMessage = 0;
  const messages = new Map<string, Message>();

  const send = (body: string): string => {
    lastMessage += 1;
    const id = `${name} ${lastMessage}`;
    messages.set(id, { id, body, receiveCount: 0, visibleAt: now(), receipt: '' });
    onSend?.(body);
    onVisible?.(now());
    return id;
  };

  const hide = (receipt: string, seconds: number): void => {
    const message = messages.get(idOf(receipt));
    if (message?.receipt !== receipt) return;
    message.visibleAt = now() + seconds * second;
    onVisible?.(message.visibleAt);
  };

  const isVisible = ({ visibleAt }: Message) => visibleAt <= now();
  const inFlight = () => [...messages.values()].filter((each) => each.receiveCount > 0 && !isVisible(each)).length;

  return {
    messages: messages as ReadonlyMap<string, Message>,
    inFlight,
    send,
    hide,
    receive: (limit: number, visibilityTimeoutMs = options.visibilityTimeoutMs): readonly Message[] => {
      const room = Math.max(0, Math.min(limit, maxInFlight - inFlight()));
      const visible = [...messages.values()].filter(isVisible).map((message) => ({ message, turn: draw('order') }));
      const taken = visible.sort((a, b) => a.turn - b.turn).slice(0, room);
      return taken.flatMap(({ message }) => {
        message.receiveCount += 1;
        if (deadLetters !== undefined && message.receiveCount > maxReceiveCount) {
          messages.delete(message.id);
          deadLetters.send(message.body);
          return [];
        }
        message.receipt = `${message.id}/${message.receiveCount}`;
        // Now and then one of its servers hands it out once more.
        const isLeftVisible = draw('left visible') < 0.01;
        message.visibleAt = isLeftVisible ? now() + 50 : now() + visibilityTimeoutMs;
        onVisible?.(message.visibleAt);
        return [{ ...message }];
      });
    },
    delete: (receipt: string): void => {
      const id = idOf(receipt);
      const message = messages.get(id);
      // An old receipt may delete it or not.
      if (message?.receipt !== receipt && draw('old receipt') < 0.5) return;
      messages.delete(id);
    },
  };
}

const idOf = (receipt: string) => receipt.split('/')[0] ?? '';

/** What a command of the SDK does, and its answer. */
export function commandOn(
  queueOf: (url: string | undefined) => Queue,
  command: unknown,
): { what: string; effect: () => object } {
  if (command instanceof SendMessageCommand) {
    const { QueueUrl, MessageBody = '' } = command.input;
    return {
      what: `send ${MessageBody.slice(0, 80)}`,
      effect: () => ({ MessageId: queueOf(QueueUrl).send(MessageBody) }),
    };
  }
  if (command instanceof SendMessageBatchCommand) {
    const { QueueUrl, Entries = [] } = command.input;
    return {
      what: `send ${Entries.length} at once`,
      effect: () => {
        for (const { MessageBody = '' } of Entries) queueOf(QueueUrl).send(MessageBody);
        return {};
      },
    };
  }
  if (command instanceof ChangeMessageVisibilityBatchCommand) {
    const { QueueUrl, Entries = [] } = command.input;
    return {
      what: `hide ${Entries.map(({ ReceiptHandle }) => ReceiptHandle).join()}`,
      effect: () => {
        for (const { ReceiptHandle = '', VisibilityTimeout = 0 } of Entries)
          queueOf(QueueUrl).hide(ReceiptHandle, VisibilityTimeout);
        return {};
      },
    };
  }
  if (command instanceof ChangeMessageVisibilityCommand) {
    const { QueueUrl, ReceiptHandle = '', VisibilityTimeout = 0 } = command.input;
    return {
      what: `hide ${ReceiptHandle} for ${VisibilityTimeout} s`,
      effect: () => {
        queueOf(QueueUrl).hide(ReceiptHandle, VisibilityTimeout);
        return {};
      },
    };
  }
  if (command instanceof DeleteMessageCommand) {
    const { QueueUrl, ReceiptHandle = '' } = command.input;
    return {
      what: `delete ${ReceiptHandle}`,
      effect: () => {
        queueOf(QueueUrl).delete(ReceiptHandle);
        return {};
      },
    };
  }
  if (command instanceof ReceiveMessageCommand) {
    const { QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout = 30 } = command.input;
    return {
      what: 'receive',
      effect: () => ({
        Messages: queueOf(QueueUrl)
          .receive(MaxNumberOfMessages, VisibilityTimeout * second)
          .map(({ id, body, receipt }) => ({ MessageId: id, Body: body, ReceiptHandle: receipt })),
      }),
    };
  }
  if (command instanceof GetQueueAttributesCommand) {
    const { QueueUrl } = command.input;
    return {
      what: 'count',
      effect: () => {
        const { messages, inFlight } = queueOf(QueueUrl);
        const hidden = inFlight();
        return {
          Attributes: {
            ApproximateNumberOfMessages: String(messages.size - hidden),
            ApproximateNumberOfMessagesNotVisible: String(hidden),
          },
        };
      },
    };
  }
  throw new TypeError('The simulated queue does not know this command.');
}
