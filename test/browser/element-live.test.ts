import type { Page, WebSocket } from "playwright-core";
import { expect, it, onTestFinished } from "vitest";
import { shared } from "../support/shared.ts";
import { setHidden } from "./browser.ts";
import { startMortal } from "./mortal.ts";
import { Site } from "./site.ts";
import {
	count,
	increment,
	named,
	POLL_MS,
	shows,
	startStage,
} from "./stage.ts";

const stage = shared(startStage);

/** Longer than an element waits between two pings, or to come back after a failure. */
const PING_MS = 30_000;
const RETRY_MS = 10_000;

/** Counts in the namespace that is live. */
function countNow(name: string, by = 1, url = stage().url): Promise<void> {
	return increment(`${url}/now`, name, by);
}

function live(name: string, url = ""): string {
	return `${named(name)} mount="${url}/now" live`;
}

/** The sockets that a page opens from now on. */
function socketsOf(page: Page): WebSocket[] {
	const sockets: WebSocket[] = [];
	page.on("websocket", (socket) => sockets.push(socket));
	return sockets;
}

/** The names that a socket was opened for. */
function askedOf(socket: WebSocket | undefined): string[] {
	const { searchParams } = new URL(socket?.url() ?? "");
	return (searchParams.get("counters") ?? "").split(",").sort();
}

/** Opens a page with elements that have these attributes. */
async function visit(...attributes: string[]) {
	const opened = await stage().visit("");
	const sockets = socketsOf(opened.page);
	const { site, elements } = stage();
	await opened.page.goto(site.page(elements(...attributes)));
	return { ...opened, sockets };
}

/** Adds live elements to a page that is open. */
function add(page: Page, mount: string, ...names: string[]): Promise<void> {
	return page.evaluate(
		([mount, names]) => {
			for (const name of names) {
				const added = document.createElement("counter-value");
				added.setAttribute("name", name);
				added.setAttribute("mount", mount);
				added.setAttribute("live", "");
				document.querySelector("main")?.append(added);
			}
		},
		[mount, names] as const,
	);
}

/** Lets the page try again and again until it shows that. */
async function showsLater(page: Page, text: string): Promise<void> {
	await expect
		.poll(async () => {
			await page.clock.fastForward(RETRY_MS);
			return page.locator("counter-value span").textContent();
		})
		.toBe(text);
}

it("a live element follows what is counted while one looks, and asks for nothing", async () => {
	const opened = await visit(live("seen"), live("other"));
	const { page, errors, complaints } = opened;
	await shows(page, "0", "0");
	let requests = 0;
	page.on("request", () => requests++);
	await countNow("seen", 1_000);
	await shows(page, "1,000", "0");
	await countNow("other", 2);
	await countNow("seen", 34);
	await shows(page, "1,034", "2");
	expect(requests).toBe(0);
	expect([...errors, ...complaints]).toEqual([]);
});

it("takes any name for a name, and nothing else", async () => {
	const names = [
		"__proto__",
		"constructor",
		"<img src=x onerror=alert(1)>",
		"a,b",
		"\u202eevil",
	];
	const { page, errors } = await visit(...names.map((name) => live(name)));
	await shows(page, "0", "0", "0", "0", "0");
	for (const [n, name] of names.entries()) await countNow(name, n + 1);
	await shows(page, "1", "2", "3", "4", "5");
	expect(await page.locator("img").count()).toBe(0);
	expect(errors).toEqual([]);
});

it("no name keeps the others from being followed, be it one that nothing can have", async () => {
	const { page, sockets, errors } = await visit(live("fine"));
	await shows(page, "0");
	await add(page, "/now", "..", "x".repeat(300), "\ud800", ",");
	await shows(page, "0", "0", "0", "", "0");
	await countNow("fine", 4);
	await shows(page, "4", "0", "0", "", "0");
	expect(sockets).toHaveLength(2);
	expect(errors).toEqual([]);
});

it("those that fit into the URL of a socket are pushed, and the others read", async () => {
	const names = Array.from({ length: 60 }, (_, n) => `${n} ${"漢".repeat(20)}`);
	const { page, sockets, errors } = await visit(
		...names.map((name) => live(name)),
	);
	await shows(page, ...names.map(() => "0"));
	// Browsers tell in any order what is on the screen: some of them fit.
	const followed = askedOf(sockets[0]);
	expect(followed.length).toBeGreaterThan(30);
	const others = names.filter((name) => !followed.includes(name));
	const [one = ""] = followed;
	const [other = ""] = others;
	const { url } = stage();
	await countNow(one, 3);
	const pushed = page.locator("counter-value span").nth(names.indexOf(one));
	await expect.poll(() => pushed.textContent()).toBe("3");
	await count(`${url}/now`, other, 4);
	await page.clock.fastForward(POLL_MS);
	const totals = new Map([
		[one, "3"],
		[other, "4"],
	]);
	await shows(page, ...names.map((name) => totals.get(name) ?? "0"));
	expect(sockets).toHaveLength(1);
	expect(sockets[0]?.url().length).toBeLessThan(6_200);
	expect(errors).toEqual([]);
});

it("no total goes back once it is read in place of pushed", async () => {
	const names = Array.from({ length: 50 }, (_, n) => `of-${n}`);
	const elements = names.map((name) => `${named(name)} mount="/unread" live`);
	const { page, sockets, errors } = await visit(...elements);
	await shows(page, ...names.map(() => "0"));
	const [first = "", ...later] = names;
	await increment(`${stage().url}/unread`, first, 5);
	await shows(page, "5", ...later.map(() => "0"));
	await page.evaluate(() => document.querySelector("counter-value")?.remove());
	await add(page, "/unread", "of-50");
	const zeros = names.map(() => "0");
	await shows(page, ...zeros);
	await add(page, "/unread", first, "never-published");
	await shows(page, ...zeros, "5", "0");
	expect(sockets).toHaveLength(2);
	expect(askedOf(sockets[1])).not.toContain(first);
	expect(errors).toEqual([]);
});

it("shares a socket, which goes with the last element", async () => {
	const { page, sockets } = await visit(live("one"), live("two"), live("one"));
	await shows(page, "0", "0", "0");
	expect(sockets).toHaveLength(1);
	expect(askedOf(sockets[0])).toEqual(["one", "two"]);
	await add(page, "/now", "one");
	await add(page, "/now", "three");
	await shows(page, "0", "0", "0", "0", "0");
	expect(sockets).toHaveLength(2);
	await expect.poll(() => sockets[0]?.isClosed()).toBe(true);
	expect(askedOf(sockets[1])).toEqual(["one", "three", "two"]);
	expect(sockets[1]?.url()).toMatch(/&since=\d+&birth=\d+$/);
	await page.evaluate(() => {
		for (const one of document.querySelectorAll("counter-value")) one.remove();
	});
	await expect.poll(() => sockets[1]?.isClosed()).toBe(true);
	expect(sockets).toHaveLength(2);
});

it("is 0 after a reset", async () => {
	const { page } = await visit(live("reset"));
	await shows(page, "0");
	await countNow("reset", 7);
	await shows(page, "7");
	const { url, project } = stage();
	const reset = await fetch(`${url}/now/global/reset/reset`, {
		method: "POST",
		headers: { Authorization: `Bearer ${await project.token()}` },
	});
	expect(reset.status).toBe(200);
	await shows(page, "0");
	await countNow("reset", 2);
	await shows(page, "2");
});

it("pings, and opens another socket where no pong comes back", async () => {
	const { page } = await stage().visit("");
	let isDeaf = false;
	const sent: string[] = [];
	let opened = 0;
	await page.routeWebSocket(/\/live/, (socket) => {
		opened++;
		const server = socket.connectToServer();
		socket.onMessage((text) => {
			sent.push(String(text));
			if (!isDeaf) server.send(text);
		});
	});
	const { site, elements } = stage();
	await page.goto(site.page(elements(live("pinged"))));
	await shows(page, "0");
	// From here on no time passes but what the test lets pass.
	const now = await page.evaluate(() => Date.now());
	await page.clock.pauseAt(now + PING_MS);
	await expect.poll(() => sent).toEqual(["ping"]);
	await countNow("pinged");
	await shows(page, "1");
	isDeaf = true;
	await page.clock.fastForward(PING_MS);
	await expect.poll(() => sent).toEqual(["ping", "ping"]);
	expect(opened).toBe(1);
	await page.clock.fastForward(PING_MS);
	await page.clock.fastForward(RETRY_MS);
	await expect.poll(() => opened).toBe(2);
	isDeaf = false;
	await countNow("pinged");
	await shows(page, "2");
});

it("keeps the last total while the server is away, and comes back to it", async () => {
	const { url, kill, start } = await startMortal(stage().project);
	await countNow("kept", 5, url);
	const { page, sockets, errors } = await visit(live("kept", url));
	await shows(page, "5");
	await countNow("kept", 1, url);
	await shows(page, "6");

	await kill();
	await expect.poll(() => sockets[0]?.isClosed()).toBe(true);
	await page.clock.fastForward(RETRY_MS);
	await expect.poll(() => sockets.length).toBeGreaterThan(1);
	await shows(page, "6");

	await start();
	await countNow("kept", 1, url);
	// The wait doubles with each failure, of which there was at least one.
	await showsLater(page, "7");
	expect(sockets.at(-1)?.url()).toMatch(/&since=\d+&birth=\d+$/);
	expect(errors).toEqual([]);
});

it("has no socket while the page is hidden", async () => {
	const { page, sockets } = await visit(live("hidden"));
	await shows(page, "0");
	await setHidden(page, true);
	await expect.poll(() => sockets[0]?.isClosed()).toBe(true);
	await countNow("hidden", 3);
	await page.clock.fastForward(10 * RETRY_MS);
	expect(sockets).toHaveLength(1);
	await setHidden(page, false);
	await shows(page, "3");
	expect(sockets).toHaveLength(2);
});

it("needs its script, its totals and its socket under a strict policy", async () => {
	const { url, elements } = stage();
	const policy = `default-src 'none'; script-src ${url}; connect-src ${url} ${url.replace("http", "ws")}; img-src data:`;
	const { page, errors, complaints } = await stage().visit(
		elements(live("strict")),
		{ headers: { "Content-Security-Policy": policy } },
	);
	await shows(page, "0");
	await countNow("strict");
	await shows(page, "1");
	expect([...errors, ...complaints]).toEqual([]);
});

it("stays as it is written on a site that `cors` does not list", async () => {
	const unlisted = await Site.start(onTestFinished);
	const { page, errors } = await stage().visit("");
	const sockets = socketsOf(page);
	// It comes back at a random moment: here in hours, however slow the machine is.
	await page.addInitScript(() => {
		Math.random = () => 1_000;
	});
	await page.goto(unlisted.page(stage().elements(live("seen"))));
	await expect.poll(() => sockets[0]?.isClosed()).toBe(true);
	await shows(page, "");
	expect(sockets).toHaveLength(1);
	expect(errors).toEqual([]);
});

it("reads where the namespace is not live", async () => {
	const { url } = stage();
	await count(`${url}/votes`, "read", 8);
	const { page, errors } = await visit('name="read" mount="/votes" live');
	await shows(page, "8");
	await count(`${url}/votes`, "read", 1);
	await showsLater(page, "9");
	expect(errors).toEqual([]);
});
