import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listenOnLoopback } from '../../../local/lib/loopback.ts';

/** What DynamoDB would charge for: its own figures, indexes included. */
export type Units = { readonly writes: number; readonly reads: number; readonly calls: readonly string[] };

export type CountingDynamoDb = {
  readonly endpoint: string;
  /** What was consumed since it was last asked. */
  readonly take: () => Units;
  readonly close: () => void;
};

const writing = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** A line to a DynamoDB that asks for the consumed capacity of each call, and adds it up. */
export async function startCountingDynamoDb(target: string): Promise<CountingDynamoDb> {
  let units = { writes: 0, reads: 0 };
  let calls: string[] = [];

  const count = (operation: string, consumed: number) => {
    calls.push(`${operation} ${consumed}`);
    if (writing.has(operation)) units.writes += consumed;
    else units.reads += consumed;
  };

  const carry = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const input: unknown = JSON.parse((await buffer(incoming)).toString());
    const body = JSON.stringify({ ...Object(input), ReturnConsumedCapacity: 'INDEXES' });
    const { status, text } = await forward(target, incoming, body);
    const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    count(operation, consumedBy(Object(JSON.parse(text)), status));
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  };

  const server = createServer((incoming, outgoing) => {
    carry(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = { ...units, calls };
      units = { writes: 0, reads: 0 };
      calls = [];
      return taken;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A conditional write that fails is charged as well, at least one unit, and does not say so. */
function consumedBy({ ConsumedCapacity: consumed }: { readonly ConsumedCapacity?: unknown }, status: number): number {
  if (status !== 200) return 1;
  const all: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return all.reduce<number>((sum, each) => sum + Number(Object(each).CapacityUnits ?? 0), 0);
}

/** The signature holds for other bytes: DynamoDB Local checks none. */
const forward = (target: string, { headers }: IncomingMessage, body: string) =>
  new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
    const own = { ...headers, 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = request(target, { method: 'POST', headers: own }, (response) => {
      buffer(response).then((text) => resolve({ status: response.statusCode ?? 0, text: text.toString() }), reject);
    });
    outgoing.on('error', reject).end(body);
  });
