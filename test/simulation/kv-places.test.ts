import { expect, test } from "vitest";
import { KvMemory } from "../../templates/runtime/kv/memory.ts";
import { KvReader } from "../../templates/runtime/kv/reader.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";

type Binding = ConstructorParameters<typeof KvReader>[0];

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings = new Configurations(new Random(1), profile).next();

/** A place's KV, and the keys that were asked for. */
function place(values: Record<string, object>, isManifest: readonly string[]) {
	const asked: string[] = [];
	const getWithMetadata = async (key: string) => {
		asked.push(key);
		return {
			value: values[key] ?? null,
			metadata: { asOf: 1, isManifest: isManifest.includes(key) },
		};
	};
	return { asked, kv: { getWithMetadata } as unknown as Binding };
}

test("a page that a place does not have yet has the isolate forget its list only", async () => {
	const memory = new KvMemory(() => 1_000);
	const { asked, kv } = place(
		{
			"metrics~counters": [
				{ first: "", key: "metrics~counters~1" },
				{ first: "m", key: "metrics~counters~2" },
			],
			"metrics~counters~1": { a: 1 },
			"votes~counters": { yes: 1 },
		},
		["metrics~counters"],
	);
	const host = { wait: () => new Promise<never>(() => {}), log: () => {} };
	const readerOf = (kvPrefix: string) =>
		new KvReader(kv, { ...settings, kvPrefix }, memory, host);
	await readerOf("votes").total("yes");
	await readerOf("metrics").total("a");
	await expect(readerOf("metrics").total("z")).rejects.toMatchObject({
		problem: { code: "kv-page-gone", status: 503 },
	});
	// The list is read anew, in case it was a very old copy.
	expect(asked.filter((key) => key === "metrics~counters")).toHaveLength(2);
	asked.length = 0;
	expect(await readerOf("votes").total("yes")).toMatchObject({ value: 1 });
	expect(await readerOf("metrics").total("a")).toMatchObject({ value: 1 });
	expect(asked).toEqual([]);
});
