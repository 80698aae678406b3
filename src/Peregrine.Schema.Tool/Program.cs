using System;
using System.IO;
using Peregrine.Schema;

if (args is not [var schema, var header])
{
    Console.Error.WriteLine("usage: peregrine-schema SCHEMA_JSON HEADER");
    return 1;
}
File.WriteAllText(header, CHeaderEmitter.Header(SchemaModel.Parse(File.ReadAllText(schema))));
return 0;
