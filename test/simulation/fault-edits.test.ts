import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { testEdits } from "./edits.ts";
import { loadPatched } from "./patched.ts";

await testEdits("as it is", (source) => source);

test("an edit that cannot be made says whose it is, and where", async () => {
	const within = "Outbox.#seal";
	const edit = { file: "shard/outbox.ts", within, find: "melt();", to: "" };
	await expect(
		loadPatched({ name: "thaw", edits: [edit] }, tmpdir()),
	).rejects.toThrow(
		'"thaw" cannot be made: Error: shard/outbox.ts: no places in Outbox.#seal look like melt();',
	);
});
