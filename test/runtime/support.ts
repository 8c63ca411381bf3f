import { exports } from "cloudflare:workers";

const TOKEN = "first-token";

/** A request to the Worker under test, as anybody. */
export function call(path: string, init?: RequestInit): Promise<Response> {
	return exports.default.fetch(new Request(`http://test${path}`, init));
}

export function post(path: string, body?: unknown): Promise<Response> {
	return call(path, {
		method: "POST",
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
}

/** A request with the admin token. */
export function asAdmin(
	path: string,
	method = "GET",
	token = TOKEN,
): Promise<Response> {
	return call(path, { method, headers: { Authorization: `Bearer ${token}` } });
}

/** The JSON of an answer. */
export async function json<T = unknown>(
	answer: Promise<Response> | Response,
): Promise<T> {
	return (await answer).json<T>();
}

/** Asks again until `check` holds; the last answer decides if it never does. */
export async function eventually<T>(
	ask: () => Promise<T>,
	check: (answer: T) => boolean,
): Promise<T> {
	for (let tries = 0; ; tries++) {
		const answer = await ask();
		if (check(answer) || tries === 2_000) return answer;
		await scheduler.wait(20);
	}
}
