import { getPattern } from "isbot";
import type { Config } from "../config/schema.ts";

/** Matches the user agents of bots; only where a namespace ignores these. */
export function botsOf({ namespaces }: Config): RegExp | undefined {
	const areIgnored = namespaces.some(({ bots }) => bots === "ignore");
	return areIgnored ? getPattern() : undefined;
}
