import { expect, onTestFinished, test } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import { Server } from "../fuzz/server.ts";

/** As many as fit into `npm test`, the same ones each time. */
const REQUESTS = 2_000;

test("whatever is sent to the Worker, it is answered as documented, and totals stay exact", async () => {
	const server = await Server.start();
	onTestFinished(() => server.stop());
	const { session, finding } = await fuzz(server, {
		requests: REQUESTS,
		seed: 1,
	});
	expect(finding).toBe(undefined);
	const share = (status: number) =>
		(session.statuses.get(status) ?? 0) / session.requests;
	// Otherwise the requests are too tame, or too wild, to show anything.
	expect(share(200)).toBeGreaterThan(0.3);
	for (const status of [400, 401, 404, 405, 422, 429])
		expect(share(status)).toBeGreaterThan(0.001);
});
