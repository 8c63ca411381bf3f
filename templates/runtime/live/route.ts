import type { Context } from "hono";
import { CounterProblem, type Problem } from "../problem.ts";
import type { LiveDoor } from "./contract.ts";
import { type Request, requestOf, urlOf } from "./query.ts";
import { protocol, takeToken } from "./subprotocol.ts";

type Handle = (c: Context) => Promise<Response>;

/** Longest reason of a close in bytes, of which these texts have one a character. */
const MAX_REASON_BYTES = 123;

/** Answers `GET /live`: opens a WebSocket in an object that has room for it. */
export function liveRoute(objects: number, door: LiveDoor): Handle {
	return async (c) => {
		if (c.req.header("Upgrade")?.toLowerCase() !== "websocket")
			throw new CounterProblem({
				code: "upgrade-required",
				status: 426,
				title: "This is a WebSocket",
				detail:
					"Open it with new WebSocket(url): it sends totals as they change",
				headers: { Upgrade: "websocket" },
			});
		try {
			checkOrigin(c, door);
			takeToken(c);
			const asked = requestOf(c.req.url, door.mayBe);
			const guard = asked.names === true ? door.admin : door.read;
			return await guard(() => open(c, asked, objects, door))(c);
		} catch (error) {
			// A browser is not told of an answer that is none: it would try for ever.
			if (error instanceof CounterProblem && error.problem.status < 500)
				return refusal(c, error.problem);
			throw error;
		}
	};
}

async function open(
	c: Context,
	asked: Request,
	objects: number,
	door: LiveDoor,
): Promise<Response> {
	const headers = { Upgrade: "websocket", ...protocol(c) };
	// At random, so that those who come back together do not all ask the same one.
	const first = Math.floor(Math.random() * objects);
	for (let n = 0; n < objects; n++) {
		const object = door.live(c.env, (first + n) % objects);
		const answer = await object.fetch(urlOf(asked), { headers });
		if (answer.webSocket) return answer;
	}
	throw new CounterProblem({
		code: "live-full",
		status: 503,
		title: "Too many watch already",
		detail:
			"No object has room for another viewer, or for the names that it asks for. Try again later, or raise `live: { objects }` in counters.yaml",
		retryAfter: 10,
	});
}

/** @throws CounterProblem (403) if the page that asks may not. */
function checkOrigin(c: Context, door: LiveDoor): void {
	const origin = c.req.header("Origin");
	if (origin === undefined || door.allows(origin)) return;
	if (hostOf(origin) === hostOf(c.req.url)) return;
	throw new CounterProblem({
		code: "origin-not-allowed",
		status: 403,
		title: "Pages of this origin may not watch",
		detail: `List ${origin.slice(0, 60)} under worker.cors in counters.yaml`,
	});
}

function hostOf(url: string): string | undefined {
	try {
		return new URL(url).host;
	} catch {
		return undefined;
	}
}

/** Opens a WebSocket, and closes it with the reason. */
function refusal(c: Context, { code, detail }: Problem): Response {
	const { 0: client, 1: server } = new WebSocketPair();
	server.accept();
	const reason = `${code}: ${detail}`.replaceAll(/[^ -~]/g, "?");
	server.close(1008, reason.slice(0, MAX_REASON_BYTES));
	return new Response(null, {
		status: 101,
		webSocket: client,
		headers: protocol(c),
	});
}
