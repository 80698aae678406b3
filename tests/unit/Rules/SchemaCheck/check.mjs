// Reads {schema, files: [{name, text}]} from standard input and writes what ajv says of each document: {name: [error, …]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The packages lie in the folder that is named, where npm put them.
const require = createRequire(pathToFileURL(process.argv[2] + "/"));
const Ajv = require("ajv");
const { parseAllDocuments } = require("yaml");

const { schema, files } = JSON.parse(readFileSync(0, "utf8"));
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(schema);
const results = {};
for (const { name, text } of files) {
  const errors = [];
  for (const document of parseAllDocuments(text, { merge: true, uniqueKeys: false })) {
    errors.push(...document.errors.map((e) => `yaml: ${e.message}`));
    const value = document.toJS();
    if (value === null || value === undefined || validate(value)) continue;
    errors.push(...validate.errors.map((e) => `${e.instancePath}: ${e.message}`));
  }
  results[name] = errors;
}
process.stdout.write(JSON.stringify(results));
