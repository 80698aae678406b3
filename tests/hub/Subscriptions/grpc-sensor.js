// usage: grpc-sensor.js PROTOS ADDRESS [TLS-FOLDER]
// A server of falco.outputs.service that is not ours: sends five alerts to each subscriber, and keeps the call open.
'use strict';
const fs = require('fs');
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, address, tls] = process.argv.slice(2);
const falco = grpc.loadPackageDefinition(loader.loadSync('outputs.proto', { includeDirs: [protos], keepCase: true })).falco;
const read = name => fs.readFileSync(path.join(tls, name));
const credentials = tls
  ? grpc.ServerCredentials.createSsl(read('ca.pem'), [{ cert_chain: read('server.pem'), private_key: read('server.key') }], true)
  : grpc.ServerCredentials.createInsecure();
const server = new grpc.Server();
const alert = n => ({
  time: { seconds: 1700000000, nanos: n },
  priority: 'WARNING',
  rule: `Rule ${n}`,
  output: `alert ${n}`,
  output_fields: { 'proc.name': 'bash', 'fd.name': '<NA>' },
  hostname: 'node-1',
  tags: ['shell', 'container'],
  source: 'syscall',
});
server.addService(falco.outputs.service.service, {
  sub: call => call.once('data', () => { for (let n = 1; n <= 5; n++) call.write(alert(n)); }),
  get: call => call.end(),
});
server.bindAsync(address, credentials, error => {
  if (error) throw error;
  console.log('listening');
});
