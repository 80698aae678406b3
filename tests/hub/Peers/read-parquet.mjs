// usage: read-parquet.mjs FILE
// Prints a Parquet file as one JSON object: its groups of rows with their columns, and its rows.
import { readFileSync } from 'node:fs';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

const bytes = readFileSync(process.argv[2]);
const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const groups = parquetMetadata(file).row_groups.map(group => ({
  rows: group.num_rows,
  columns: group.columns.map(({ meta_data: column }) => ({ path: column.path_in_schema.join('.'), codec: column.codec, bytes: column.total_uncompressed_size })),
}));
const rows = await parquetReadObjects({ file, compressors });
process.stdout.write(JSON.stringify({ groups, rows }, (_, value) => (typeof value === 'bigint' ? Number(value) : value)));
