import { writeFileSync } from "node:fs";
import { jsonSchema } from "./json-schema.ts";

/** Writes `counters.schema.json`; run it after a change of the schema. */
writeFileSync(
	new URL("../counters.schema.json", import.meta.url),
	`${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
