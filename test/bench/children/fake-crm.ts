/** A webhook's receiver that takes everything at once. Sends `{ port }` once it listens; GET tells how many chats it has. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { endWithParent } from '../../../local/lib/processes.ts';

endWithParent();
const chats = new Set<string>();

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(chats.size));
    return;
  }
  void json(request).then((envelope) => {
    const { id } = Object(Object(envelope).data);
    chats.add(String(id));
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
