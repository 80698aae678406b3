// usage: otlp-collector.js HTTP-PORT GRPC-PORT
// Takes OpenTelemetry's signals over HTTP and gRPC, reads them by the definitions that OpenTelemetry publishes, and prints a line of JSON for each request. A request's header "answer" says how it is answered:
// "partial" takes all but one, "busy" and "invalid" take nothing.
'use strict';
const http = require('http');
const path = require('path');
const zlib = require('zlib');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const protos = path.join(path.dirname(require.resolve('@opentelemetry/otlp-grpc-exporter-base/package.json')), 'build', 'protos');
const load = name => loader.loadSync(`opentelemetry/proto/collector/${name}_service.proto`, { includeDirs: [protos], longs: String });
const signals = [
  ['/v1/logs', load('logs/v1/logs')['opentelemetry.proto.collector.logs.v1.LogsService'], 'rejectedLogRecords'],
  ['/v1/traces', load('trace/v1/trace')['opentelemetry.proto.collector.trace.v1.TraceService'], 'rejectedSpans'],
  ['/v1/metrics', load('metrics/v1/metrics')['opentelemetry.proto.collector.metrics.v1.MetricsService'], 'rejectedDataPoints'],
];
const hex = (_, value) => (value && value.type === 'Buffer' ? Buffer.from(value.data).toString('hex') : value);
const say = value => process.stdout.write(JSON.stringify(value, hex) + '\n');
// The published definitions are older than { partial_success = 1 { rejected_… = 1, error_message = 2 } }.
const serialize = partial => (partial ? Buffer.concat([Buffer.from([10, 11, 8, 1, 18, 7]), Buffer.from('too old')]) : Buffer.alloc(0));

const server = new grpc.Server();
for (const [, service] of signals) {
  service.Export.responseSerialize = serialize;
  server.addService(service, {
    Export: (call, done) => {
      const headers = call.metadata.getMap();
      say({ protocol: 'grpc', path: service.Export.path, headers, body: call.request });
      if (headers.answer === 'busy') done({ code: grpc.status.UNAVAILABLE, details: 'come later: 50 %' });
      else if (headers.answer === 'invalid') done({ code: grpc.status.INVALID_ARGUMENT, details: 'no such tenant' });
      else done(null, headers.answer === 'partial');
    },
  });
}

const web = http.createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  let bytes = Buffer.concat(parts);
  if (request.headers['content-encoding'] === 'gzip') bytes = zlib.gunzipSync(bytes);
  const [, service, rejected] = signals.find(([where]) => where === request.url);
  const isJson = request.headers['content-type'] === 'application/json';
  say({ protocol: isJson ? 'json' : 'protobuf', path: request.url, headers: request.headers, body: isJson ? JSON.parse(bytes) : service.Export.requestDeserialize(bytes) });
  const answer = request.headers.answer;
  if (answer === 'busy') return response.writeHead(429, { 'Retry-After': '7' }).end();
  response.writeHead(answer === 'invalid' ? 400 : 200, { 'Content-Type': isJson ? 'application/json' : 'application/x-protobuf' });
  // google.rpc.Status { int32 code = 1; string message = 2 }
  if (answer === 'invalid') return response.end(isJson ? '{"message":"no such tenant"}' : Buffer.concat([Buffer.from([8, 3, 18, 14]), Buffer.from('no such tenant')]));
  const isPartial = answer === 'partial';
  response.end(isJson ? JSON.stringify(isPartial ? { partialSuccess: { [rejected]: '1', errorMessage: 'too old' } } : {}) : serialize(isPartial));
});

server.bindAsync(`127.0.0.1:${process.argv[3]}`, grpc.ServerCredentials.createInsecure(), error => {
  if (error) throw error;
  web.listen(Number(process.argv[2]), '127.0.0.1');
});
