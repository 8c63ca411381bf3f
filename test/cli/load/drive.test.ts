import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type DriveOptions, drive } from "../../../cli/load/drive.ts";
import type { Shot } from "../../../cli/load/lane.ts";
import { json, serve } from "./counter-server.ts";

const options: DriveOptions = {
	signal: new AbortController().signal,
	timeoutMs: 60_000,
};
const get: Shot = { method: "GET", path: "/" };

/** A server that, from its 100th request on, answers nothing for 500 ms. */
async function stallingOnce(): Promise<string> {
	let seen = 0;
	let stalled = Promise.resolve();
	const { url } = await serve(async (_, response) => {
		if (++seen === 100) stalled = sleep(500);
		await stalled;
		response.end();
	});
	return url;
}

test("without a rate, a server that stalls is asked less meanwhile", async () => {
	const pace = { concurrency: 4, requests: 1000 };
	const tally = await drive(await stallingOnce(), () => get, pace, options);
	expect(tally.acknowledged).toBe(1000);
	// Four of them waited, which hides among a thousand.
	expect(tally.latencyMs?.p90).toBeLessThan(200);
	expect(tally.latencyMs?.max).toBeGreaterThan(400);
});

test("with a rate, a stall shows in all requests that were due meanwhile", async () => {
	const pace = { concurrency: 4, requests: 1000, rate: 500 };
	const tally = await drive(await stallingOnce(), () => get, pace, options);
	expect(tally.acknowledged).toBe(1000);
	// A quarter was due while it stalled: half of those waited 250 ms or longer.
	expect(tally.latencyMs?.p90).toBeGreaterThan(200);
});

test("a rate is not exceeded, and time ends it", async () => {
	const { url } = await serve((_, response) => response.end());
	const pace = { concurrency: 4, seconds: 0.5, rate: 200 };
	const tally = await drive(url, () => get, pace, options);
	expect(tally.seconds).toBeGreaterThan(0.45);
	expect(tally.requests).toBeLessThanOrEqual(100);
	expect(tally).toMatchObject({ failed: 0, acknowledged: tally.requests });
});

test("time also ends what goes as fast as it can, and waits for its answers", async () => {
	const { url } = await serve(async (_, response) => {
		await sleep(30);
		response.end();
	});
	const pace = { concurrency: 3, seconds: 1 };
	const tally = await drive(url, () => get, pace, options);
	expect(tally.requests).toBeGreaterThan(3);
	expect(tally).toMatchObject({ failed: 0, acknowledged: tally.requests });
	expect(tally.seconds).toBeGreaterThanOrEqual(1);
});

test("any requests are sent, each once, and every answer is told", async () => {
	const seen: string[] = [];
	const { url } = await serve(async (request, response) => {
		let body = "";
		for await (const chunk of request) body += chunk;
		const { method, headers } = request;
		const { authorization, "x-n": own } = headers;
		seen.push([method, request.url, authorization, own, body].join(" "));
		if (body === "3") json(response, 409, { detail: "not three" });
		else response.end();
	});
	const answers: string[] = [];
	const tally = await drive(
		url,
		(n) => ({
			method: "POST",
			path: `/to/${n}?a=b`,
			headers: { "x-n": `n${n}` },
			body: `${n}`,
		}),
		{ concurrency: 2, requests: 6 },
		{
			...options,
			token: "secret",
			onAnswer: (n, { kind }) => answers.push(`${n} ${kind}`),
		},
	);
	expect(seen.toSorted()).toEqual(
		[0, 1, 2, 3, 4, 5].map((n) => `POST /to/${n}?a=b Bearer secret n${n} ${n}`),
	);
	expect(answers.toSorted()).toEqual([
		"0 acknowledged",
		"1 acknowledged",
		"2 acknowledged",
		"3 refused",
		"4 acknowledged",
		"5 acknowledged",
	]);
	expect(tally.failures).toEqual([
		{ cause: "HTTP 409", kind: "refused", count: 1, problem: "not three" },
	]);
});

test("so many connections are used at a time, and not more", async () => {
	let [now, most, seen] = [0, 0, 0];
	const { promise: allAsk, resolve } = Promise.withResolvers<void>();
	const { url } = await serve(async (_, response) => {
		most = Math.max(most, ++now);
		if (now === 7) resolve();
		// The first is sent by itself.
		if (++seen > 1) await allAsk;
		// An eighth would come by then.
		await sleep(20);
		now--;
		response.end();
	});
	await drive(url, () => get, { concurrency: 7, requests: 60 }, options);
	expect(most).toBe(7);
});
