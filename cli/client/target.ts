import { CounterGenError } from "../errors.ts";

/** One namespace of a running Worker, as its URL names it. */
export interface Target {
	/** Without a trailing slash. */
	url: string;
	origin: string;
	/** Stands before every route: empty, or `/votes`. */
	prefix: string;
	/** Set if it is this very machine. */
	loopback: boolean;
}

const loopbackHost = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Address of the server that `dev` and `serve` start by default. */
export const LOCAL_URL = "http://localhost:8787";

/**
 * Reads the base URL of a namespace. Without a scheme it is http on this
 * machine, and https elsewhere.
 *
 * @throws CounterGenError `bad-url`
 */
export function parseTarget(text: string): Target {
	const url = readUrl(text);
	// A name or password would be printed and a query lost: neither has a use.
	if (
		!url ||
		!/^https?:$/.test(url.protocol) ||
		url.username + url.password + url.search + url.hash !== ""
	)
		throw new CounterGenError({
			code: "bad-url",
			what: "the URL is not the http or https address of a namespace",
			fix: "give its base alone, like http://localhost:8787 or http://localhost:8787/votes",
		});
	const prefix = url.pathname.replace(/\/+$/, "");
	return {
		url: url.origin + prefix,
		origin: url.origin,
		prefix,
		loopback: loopbackHost.test(url.hostname),
	};
}

function readUrl(text: string): URL | undefined {
	if (/^https?:|:\/\//i.test(text))
		return URL.canParse(text) ? new URL(text) : undefined;
	const plain = `http://${text}`;
	if (!URL.canParse(plain)) return undefined;
	const url = new URL(plain);
	return loopbackHost.test(url.hostname) ? url : new URL(`https://${text}`);
}
