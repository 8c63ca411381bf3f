import type { Context } from "hono";
import { CounterProblem, type ProblemCode } from "../problem.ts";

/**
 * Headers by which browsers say that nobody asked for a page yet.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Purpose
 */
const PURPOSE = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

/** Part of a User-Agent that is looked at: the expression takes longer the more it gets. */
const MAX_AGENT_CHARACTERS = 256;

/**
 * Matches the image proxies of mail and code hosts, though bots by their names:
 * they ask because a person looks. These are Gmail's, Yahoo's and GitHub's, and
 * camo, which others run.
 */
const IMAGE_PROXY =
	/GoogleImageProxy|YahooMailProxy|^(?:github-camo|go-camo|camo asset proxy)\b/i;

/**
 * Keeps a GET that no person meant from counting: one that a browser makes
 * ahead of time or, where the namespace ignores bots, one that a bot makes. Browsers name
 * themselves, so no User-Agent is a bot's.
 *
 * @param bots matches the User-Agent headers of those to ignore
 * @throws CounterProblem (403): browsers drop a page fetched ahead of time that
 * was refused, and ask again once it is wanted
 */
export function refuseAutomated(c: Context, bots: RegExp | undefined): void {
	if (
		PURPOSE.some((name) => /prefetch|preview/i.test(c.req.header(name) ?? ""))
	)
		throw refusal(
			"prefetch-not-counted",
			"This was asked for ahead of time. Nothing was changed",
		);
	if (bots && isBot(c, bots))
		throw refusal(
			"bot-not-counted",
			"Bots do not count here, nor does what has no User-Agent. Nothing was changed; a program that should count sends POST",
		);
}

/** Takes what does not name itself for a bot, too. */
function isBot(c: Context, bots: RegExp): boolean {
	const agent = agentOf(c);
	return agent === "" || (bots.test(agent) && !isImageProxy(c));
}

/** Tells whether a request is of a proxy that fetches images for people. */
export function isImageProxy(c: Context): boolean {
	return IMAGE_PROXY.test(agentOf(c));
}

function agentOf(c: Context): string {
	return (c.req.header("User-Agent") ?? "").slice(0, MAX_AGENT_CHARACTERS);
}

function refusal(code: ProblemCode, detail: string): CounterProblem {
	return new CounterProblem({
		code,
		status: 403,
		title: "The request was not counted",
		detail,
	});
}
