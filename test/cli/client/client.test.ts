import { expect, onTestFinished, test } from "vitest";
import { NamespaceClient } from "../../../cli/client/client.ts";
import { parseTarget } from "../../../cli/client/target.ts";
import { json, serve } from "../load/counter-server.ts";

const MiB = 1024 * 1024;

function clientOf(url: string): NamespaceClient {
	const { signal } = new AbortController();
	const client = new NamespaceClient(parseTarget(url), "", signal, 60_000);
	onTestFinished(() => client.close());
	return client;
}

test("an answer without an end is given up", async () => {
	let sent = 0;
	const closed = Promise.withResolvers<void>();
	const chunk = Buffer.alloc(MiB, " ");
	const { url } = await serve((_, response) => {
		response.on("close", closed.resolve);
		const more = () => {
			sent += chunk.length;
			// Ends the test if the client does not.
			if (sent > 200 * MiB) response.end();
			else if (response.write(chunk)) setImmediate(more);
			else response.once("drain", more);
		};
		more();
	});
	const length = clientOf(url)
		.request("GET", "/counters")
		.then(({ text }) => text.length);
	await expect(length).rejects.toMatchObject({
		diagnostics: [
			{
				code: "not-a-counter-server",
				what: `${url} does not answer like a counter namespace`,
				why: "GET /counters answered more than 64 MiB",
			},
		],
	});
	await closed.promise;
	// More may be on its way than was read.
	expect(sent).toBeLessThan(150 * MiB);
});

test("the longest answer that a namespace gives is read", async () => {
	// 8 million characters of names, as a shard counts them, 24 for an entry.
	const names = Math.floor(8_000_000 / (256 + 24));
	const counters = Object.fromEntries(
		Array.from({ length: names }, (_, n) => [
			String(n).padStart(256, "\u0001"),
			Number.MIN_SAFE_INTEGER,
		]),
	);
	const { url } = await serve((_, response) => json(response, 200, [counters]));
	const { text } = await clientOf(url).request("GET", "/global/shards");
	expect(text.length).toBeGreaterThan(40 * MiB);
	expect(text === JSON.stringify([counters])).toBe(true);
});
