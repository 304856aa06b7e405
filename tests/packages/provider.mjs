// Stands where the provider would, to show who trusts its certificate: provider.mjs ADDRESS CERTIFICATE KEY
// Prints "listens", and then for each connection "asked PATH" or "refused WHY".
import fs from 'node:fs';
import https from 'node:https';

const [address, cert, key] = process.argv.slice(2);
const server = https.createServer({ cert: fs.readFileSync(cert), key: fs.readFileSync(key) }, (request, response) => {
  console.log(`asked ${request.url}`);
  response.writeHead(401, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ success: false, errors: [{ code: 1000, message: 'Invalid API Token' }], messages: [], result: null }));
});
server.on('tlsClientError', (error) => console.log(`refused ${error.code ?? error.message}`));
server.listen(443, address, () => console.log('listens'));
