// usage: client.js PROTOS ADDRESS METHOD [--tls FOLDER] [--deadline MS] [--slow]
// Prints a line of JSON for each message, then one with how the call ended. A line on standard input cancels the call.
'use strict';
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, address, method, ...rest] = process.argv.slice(2);
const option = name => (rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined);
const load = file => grpc.loadPackageDefinition(loader.loadSync(file, { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true }));
const tls = option('--tls');
const read = name => fs.readFileSync(path.join(tls, name));
const credentials = tls
  ? grpc.credentials.createSsl(read('ca.crt'), rest.includes('--anonymous') ? undefined : read('client.key'), rest.includes('--anonymous') ? undefined : read('client.crt'))
  : grpc.credentials.createInsecure();
const falco = load(method === 'version' ? 'version.proto' : 'outputs.proto').falco;
const Service = (method === 'version' ? falco.version : falco.outputs).service;
const client = new Service(address, credentials, { 'grpc.enable_retries': 0 });
const say = value => process.stdout.write(JSON.stringify(value) + '\n');
const deadline = option('--deadline');
const settings = deadline ? { deadline: Date.now() + Number(deadline) } : {};
const end = status => {
  say({ code: status.code, details: status.details });
  process.exit(0);
};

if (method === 'version') {
  client.version({}, settings, (error, response) => {
    if (!error) say(response);
    end(error || { code: 0, details: '' });
  });
} else {
  const call = method === 'get' ? client.get({}, settings) : client.sub(settings);
  call.on('data', say);
  call.on('error', () => {});
  call.on('status', end);
  if (method === 'sub') call.write({});
  if (rest.includes('--slow')) call.pause();
  process.stdin.once('data', () => call.cancel());
}
