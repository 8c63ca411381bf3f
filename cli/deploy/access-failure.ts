import type { Diagnostic } from "../errors.ts";
import type { WranglerFailure } from "../toolchain/wrangler.ts";
import { execCommand } from "../ui/invocation.ts";

/** Codes of Cloudflare's API for a token that it refuses. */
const REFUSED_TOKEN_CODES = [6003, 9106, 9109, 10_000, 10_001];

/** Its code for a path of an account that does not exist. */
const UNROUTABLE_CODE = 7003;

const login = () =>
	`Set CLOUDFLARE_API_TOKEN to a token made from the template Edit Cloudflare Workers, or run ${execCommand("wrangler login")}.`;

const chooseAccount = () =>
	`Set CLOUDFLARE_ACCOUNT_ID to the account's id; ${execCommand("wrangler whoami")} lists them.`;

/**
 * Explains why wrangler could not work with Cloudflare's API at all: no
 * credentials, wrong ones, several accounts, no connection. Undefined for any
 * other failure.
 */
export function accessFailure({
	code,
	message,
}: WranglerFailure): Omit<Diagnostic, "why"> | undefined {
	if (code !== undefined && REFUSED_TOKEN_CODES.includes(code))
		return {
			code: "wrangler-failed",
			what: `Cloudflare does not take the credentials that wrangler sent (its code is ${code})`,
			fix: `${login()} The token must be good for the account that CLOUDFLARE_ACCOUNT_ID names.`,
		};
	if (code === UNROUTABLE_CODE)
		return {
			code: "wrangler-failed",
			what: "Cloudflare knows no such account",
			fix: chooseAccount(),
		};
	if (/set a CLOUDFLARE_API_TOKEN|Not logged in|Did not login/.test(message))
		return {
			code: "wrangler-failed",
			what: "wrangler has no credentials for Cloudflare",
			fix: login(),
		};
	if (/More than one account|account ID/.test(message))
		return {
			code: "wrangler-failed",
			what: "wrangler does not know which account to deploy to",
			fix: chooseAccount(),
		};
	if (/fetch failed|timed? ?out|ENOTFOUND|ECONNREFUSED/i.test(message))
		return {
			code: "wrangler-failed",
			what: "Cloudflare's API could not be reached",
			fix: "Check the network, and https://www.cloudflarestatus.com; then deploy again.",
		};
	return undefined;
}
