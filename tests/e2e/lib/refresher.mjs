// One process of several that keep their tokens in one file and refresh without asking each other first, as
// bridges do whose lease ran out. Started by rotation.test.mjs: URL of the token endpoint, client, store, how
// often. Prints what it was answered.
import fs from 'node:fs';

import { Wire, message } from '../../bench/wire.mjs';

const [url, client, store, count] = process.argv.slice(2);
const wire = new Wire(url);
await wire.connect();
const head = wire.head('POST', { 'Content-Type': 'application/x-www-form-urlencoded' });
const spare = `${store}.${process.pid}`;
const refused = [];
let answered = 0;
const began = Date.now();
while (answered + refused.length < Number(count)) {
  const { refresh_token } = JSON.parse(fs.readFileSync(store, 'utf8'));
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: client, refresh_token }).toString();
  const answer = await wire.send(`${head}Content-Length: ${body.length}\r\n\r\n${body}`);
  if (answer.status !== 200) {
    refused.push(`${answer.status} ${answer.body}`);
    if (refused.length === 5) break;
    continue;
  }
  fs.writeFileSync(spare, JSON.stringify(message(answer)));
  fs.renameSync(spare, store); // whole or not at all
  answered++;
}
wire.close();
fs.rmSync(spare, { force: true });
console.log(JSON.stringify({ answered, refused, began, ended: Date.now() }));
